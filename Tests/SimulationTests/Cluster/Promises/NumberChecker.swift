import RegistryCatalog
import RegistryModel

/// P10: a number stands for one incarnation of one instance, for ever: whoever beats for an old one reaches nobody.
struct NumberChecker: Checker {
    static let promise = Promise.incarnations

    private struct Bearer: Equatable {
        let key: InstanceKey
        let incarnation: Int64?
    }

    private var bearers: [Int64: Bearer] = [:]
    private var numbers: [InstanceKey: Int64] = [:]
    private var gone: Set<Int64> = []

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        guard case .durable(_, let batch) = event else { return [] }
        var found: [String] = []
        for case .instance(let key, let number, _, let instance) in batch.records {
            if let before = self.numbers[key], before != number || instance == nil { self.gone.insert(before) }
            self.numbers[key] = instance == nil ? nil : number
            guard let instance else { continue }
            let bearer = Bearer(key: key, incarnation: instance.incarnation)
            if self.gone.contains(number) {
                found.append("number \(number) is used again, for \(key) at \(batch.revision)")
            } else if let before = self.bearers[number], before.key != key {
                found.append("number \(number) stands for \(before.key) and \(key) at \(batch.revision)")
            } else if let before = self.bearers[number]?.incarnation, let now = instance.incarnation, now != before {
                found.append("number \(number) of \(key) outlived its incarnation \(before) at \(batch.revision)")
            }
            self.bearers[number] = bearer
        }
        return found
    }
}

/// P3, of drains: who is said to have taken one over shows it.
struct DrainChecker: Checker {
    static let promise = Promise.watch

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        guard case .drained(let revision, let informed, let applied) = event, applied < revision else { return [] }
        return ["the drain of \(revision) is confirmed by node \(informed), which is at \(applied)"]
    }
}
