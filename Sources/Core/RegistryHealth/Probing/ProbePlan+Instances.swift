public import RegistryModel

/// Who is probed, and what of it has to be committed.
extension ProbePlan {
    /// Takes over an instance as it is committed now. What is known of a check stays while nothing about it changes.
    public mutating func put(_ instance: ProbedInstance, now: Int64) {
        if let number = self.numbers[instance.key], number != instance.number { self.remove(instance.key) }
        guard instance.isOfInterest else { return self.remove(instance.key) }
        let before = self.instances[instance.number]
        let isContinued = before.map { instance.continues($0.instance) } ?? false
        var checks = InstanceChecks(
            instance: instance, entries: [], running: before?.running ?? 0,
            isCommitting: before?.isCommitting ?? false)
        for check in instance.checks {
            if isContinued, let kept = before?.entries.first(where: { $0.prepared.check == check }) {
                checks.entries.append(kept)
            } else {
                checks.entries.append(self.begin(check, of: instance, now: now))
            }
        }
        for gone in before?.entries ?? [] where !checks.entries.contains(where: { $0.ticket == gone.ticket }) {
            self.count(gone.prepared.policy, by: -1)
        }
        self.numbers[instance.key] = instance.number
        self.instances[instance.number] = checks
        self.counted.instances = self.instances.count
        self.tidySchedule()
        self.review(instance.number)
    }

    /// Forgets an instance that is not on the roll any more. What is under way of it is void.
    public mutating func remove(_ key: InstanceKey) {
        guard let number = self.numbers.removeValue(forKey: key),
            let checks = self.instances.removeValue(forKey: number)
        else { return }
        for entry in checks.entries { self.count(entry.prepared.policy, by: -1) }
        self.unsettled.remove(number)
        self.counted.instances = self.instances.count
        self.tidySchedule()
    }

    /// What has to be committed, up to `limit` findings. Each has to be settled.
    public mutating func takeFindings(limit: Int) -> [Finding] {
        let findings = self.unsettled.prefix(limit).compactMap { self.instances[$0]?.finding }
        for finding in findings {
            self.unsettled.remove(finding.number)
            self.instances[finding.number]?.isCommitting = true
        }
        return findings
    }

    /// A finding was committed, or could not be. What is committed now has been put before, so whatever is left of it is found again.
    public mutating func settle(_ finding: Finding) {
        self.instances[finding.number]?.isCommitting = false
        self.review(finding.number)
    }

    /// Whether anything has to be committed.
    public var hasFindings: Bool { !self.unsettled.isEmpty }

    /// Holds what the checks say against what is committed.
    mutating func review(_ number: Int64) {
        guard let checks = self.instances[number], !checks.isCommitting, checks.finding != nil else {
            self.unsettled.remove(number)
            return
        }
        self.unsettled.insert(number)
    }

    private mutating func begin(_ check: HealthCheck, of instance: ProbedInstance, now: Int64) -> InstanceChecks.Entry {
        let prepared = PreparedCheck(check, of: instance, defaults: self.settings.defaults)
        // What has been UP before, maybe before this process started, has no start period any more.
        let isStarting = instance.faults.contains(.unchecked) || instance.status == .starting
        let entry = InstanceChecks.Entry(
            prepared: prepared, ticket: self.takeTicket(), state: CheckState(now: now, hasPassed: !isStarting))
        self.count(prepared.policy, by: 1)
        let isAwaited = isStarting || instance.faults.contains(.probe)
        let interval = prepared.policy.interval.milliseconds
        let within = isAwaited ? min(interval / 20, Self.longestFirstDelay) : interval
        self.schedule.add(
            Turn(number: instance.number, ticket: entry.ticket), due: now + self.random(in: 0...within))
        return entry
    }

    /// How long somebody who has just registered waits for the first probe at most, in milliseconds.
    private static let longestFirstDelay: Int64 = 100
}
