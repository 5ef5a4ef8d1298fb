import RegistryModel

/// Since when nothing keeps the registry from doing what is due, as far as can be seen from outside.
struct Calm {
    private let usualCommit: Int64
    private var disturbed: Int64 = .max
    private var failing = false
    private var begun: [Int: Int64] = [:]

    init(_ settings: SimulationSettings) { self.usualCommit = settings.usualCommit.milliseconds }

    mutating func note(_ event: Event, at now: Int64) {
        switch event {
        case .loaded:
            self.failing = false
            self.disturbed = now
        case .crashed:
            self.begun = [:]
            self.disturbed = .max
        case .jumped: self.disturb(now)
        case .committing(let id, _): self.begun[id] = now
        case .commitEnded(let id, let failed, let conflicted):
            self.failing = failed
            let took = now - (self.begun.removeValue(forKey: id) ?? now)
            if failed || conflicted || took > self.usualCommit { self.disturb(now) }
        case .probed(let isWritable):
            self.failing = !isWritable
            self.disturb(now)
        default: break
        }
    }

    private mutating func disturb(_ now: Int64) {
        if self.disturbed != .max { self.disturbed = now }
    }

    /// Nil while it is not calm. A commit that takes longer than usual is a disturbance that has not ended yet.
    func since(at now: Int64) -> Int64? {
        guard !self.failing, self.disturbed != .max,
            self.begun.values.allSatisfy({ now - $0 <= self.usualCommit })
        else { return nil }
        return self.disturbed
    }
}
