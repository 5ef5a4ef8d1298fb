import RegistryCatalog
import RegistryModel

/// One round of the canary, with what it measured.
struct CanaryRound {
    enum Step: Sendable, Hashable { case register, seen, expired }

    /// Which step did not come about in time, and what is known of it.
    struct Fault: Sendable, Hashable {
        let step: Step
        let reason: String
    }

    /// How late a step may be.
    struct Bounds: Sendable, Hashable {
        /// Later than this is a fault.
        var fault = TimeSpan.seconds(1)
        /// After this nobody waits for it any more.
        var patience = TimeSpan.seconds(5)
    }

    let key: InstanceKey
    let timeToLive: TimeSpan
    let catalog: Catalog
    let clock: any RegistryClock
    let bounds: Bounds
    /// Microseconds of each step that came about.
    private(set) var measured: [(step: Step, microseconds: Int64)] = []

    init(
        _ key: InstanceKey, timeToLive: TimeSpan, catalog: Catalog, clock: any RegistryClock, bounds: Bounds
    ) {
        self.key = key
        self.timeToLive = timeToLive
        self.catalog = catalog
        self.clock = clock
        self.bounds = bounds
    }

    /// Returns the first fault; nil: all is well. Leaves nothing behind.
    mutating func run() async -> Fault? {
        let watch = self.catalog.watch(.services([self.key.service]), from: self.catalog.appliedRevision)
        defer { watch.close() }
        let fault = await self.comeAndGo(watch)
        do throws(RegistryError) {
            _ = try await self.catalog.perform(
                .deregister(self.key, incarnation: nil), actor: Change.registryActor)
        } catch {
            // What was not registered is not there.
            guard fault == nil else { return fault }
            return Fault(step: .expired, reason: "it could not be taken off the roll: \(error)")
        }
        return fault
    }

    private mutating func comeAndGo(_ watch: Watch) async -> Fault? {
        let start = self.clock.monotonicMicroseconds
        do throws(RegistryError) {
            _ = try await self.catalog.perform(.register(self.registration), actor: Change.registryActor)
        } catch {
            return Fault(step: .register, reason: "\(error)")
        }
        let registered = self.clock.monotonicMicroseconds
        var faults = [self.note(.register, since: start)]
        guard await self.isTold(by: watch, where: { $0.health.state == .up }) else {
            return faults[0] ?? self.silence(.seen)
        }
        faults.append(self.note(.seen, since: start))
        guard await self.isTold(by: watch, after: self.timeToLive, where: { $0.health.state == .down }) else {
            return faults.compactMap { $0 }.first ?? self.silence(.expired)
        }
        let deadline = registered + self.timeToLive.milliseconds * 1_000
        faults.append(self.note(.expired, since: deadline))
        return faults.compactMap { $0 }.first
    }

    /// Notes how long a step took; a fault if that was too long.
    private mutating func note(_ step: Step, since start: Int64) -> Fault? {
        let microseconds = max(self.clock.monotonicMicroseconds - start, 0)
        self.measured.append((step, microseconds))
        guard microseconds > self.bounds.fault.milliseconds * 1_000 else { return nil }
        return Fault(step: step, reason: "it took \(TimeSpan(milliseconds: microseconds / 1_000))")
    }

    private func silence(_ step: Step) -> Fault {
        Fault(step: step, reason: "nothing was told within \(self.bounds.patience)")
    }

    /// Whether the watch tells of the instance as it is expected, within the patience for it and what is to pass before.
    private func isTold(
        by watch: Watch, after span: TimeSpan = .zero, where isExpected: (Instance) -> Bool
    ) async -> Bool {
        let end = self.clock.monotonicMilliseconds + span.milliseconds + self.bounds.patience.milliseconds
        while self.clock.monotonicMilliseconds < end {
            let rest = TimeSpan(milliseconds: end - self.clock.monotonicMilliseconds)
            guard let steps = try? await watch.next(timeout: rest) else { return false }
            if steps.contains(where: { self.instance(in: $0.event).map(isExpected) ?? false }) { return true }
        }
        return false
    }

    private func instance(in event: WatchStep.Event) -> Instance? {
        switch event {
        case .snapshot(_, let snapshot): snapshot?.instance(self.key.id)?.instance
        case .delta(let delta): delta.entries.last { $0.change.instance == self.key.id }?.after?.instance
        case .gap, .synced: nil
        }
    }

    /// Every round's is another, so that one which was left behind is replaced and not just renewed.
    private var registration: Registration {
        let spec = InstanceSpec(
            host: "127.0.0.1", port: 1, metadata: ["round": "\(self.clock.wallTime.milliseconds)"],
            ttl: .after(self.timeToLive), deregisterAfter: .after(.seconds(10)))
        return Registration(service: self.key.service, instanceID: self.key.id, spec: spec)
    }
}
