import RegistryCatalog
import RegistryModel

/// P10: while a later incarnation is remembered, an earlier one is turned away and changes nothing.
struct IncarnationChecker: Checker {
    static let promise = Promise.incarnations

    /// Whether there is one node, which knows everything at once. Others may let an old one beat that they do not know to be old, as long
    /// as nobody hears of it.
    var isAlone = true
    /// The highest that the disk remembers.
    private var remembered: [InstanceKey: Int64] = [:]
    /// The highest that somebody was told of.
    private var acknowledged: [InstanceKey: Int64] = [:]
    /// Until when the disk has to remember it once the instance is gone.
    private var until: [InstanceKey: Timestamp] = [:]
    /// The highest known when a call that has no answer yet was made.
    private var started: [Int: Int64] = [:]

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .invoked(let call):
            if let key = call.instance, call.incarnation != nil { self.started[call.id] = self.acknowledged[key] }
        case .answered(let call, let result): return self.check(call, result)
        case .crashed: self.started = [:]
        case .loaded: self.acknowledged = self.remembered
        case .durable(_, let batch): return self.check(batch, truth)
        default: break
        }
        return []
    }

    private mutating func check(_ call: Call, _ result: Result<Revision?, RegistryError>) -> [String] {
        let fence = self.started.removeValue(forKey: call.id)
        guard let key = call.instance, let given = call.incarnation else { return [] }
        // It may have been forgotten meanwhile, and then everybody may come.
        if let fence, let now = self.acknowledged[key], given < min(fence, now) {
            switch result {
            case .success:
                if !self.isAlone, call.isBeat { break }
                return ["incarnation \(given) of \(key) was let through in call \(call.id); \(fence) is known"]
            case .failure(let error):
                guard error.code != .staleIncarnation, error.retryAfter == nil, error.code != .conflict else { break }
                // A heartbeat looks at the roll alone, and the instance may be off it.
                if case .renewal = call.wish, error.code == .unknownInstance { break }
                return ["incarnation \(given) of \(key) was answered \(error.code), not stale; \(fence) is known"]
            }
        }
        if case .success = result, let known = self.remembered[key], known >= given {
            switch call.wish {
            case .command(.register(_)), .command(.deregister(_, _)):
                self.acknowledged[key] = max(self.acknowledged[key] ?? given, given)
            default: break
            }
        }
        return []
    }

    private mutating func check(_ batch: CommittedBatch, _ truth: Truth) -> [String] {
        var found: [String] = []
        for change in batch.changes {
            let key = InstanceKey(service: change.service, id: change.instance)
            guard let given = Actor.incarnation(in: change.actor), let highest = self.remembered[key], given < highest
            else { continue }
            found.append("incarnation \(given) of \(key) caused \(change.cause) at \(batch.revision) after \(highest)")
        }
        for record in batch.records {
            switch record {
            case .service, .override, .subscription: break
            case .instance(let key, _, _, let instance):
                let known = instance.map(\.incarnation) ?? truth.tombstones[key]?.incarnation
                if let highest = self.remembered[key], known ?? -1 < highest {
                    let what = known.map { "leaves \($0)" } ?? "remembers none"
                    found.append("\(batch.revision) \(what) of \(key) after \(highest)")
                }
                self.remembered[key] = max(known ?? -1, self.remembered[key] ?? -1)
            case .tombstone(let key, _, let tombstone?):
                self.until[key] = tombstone.until
                self.remembered[key] = max(tombstone.incarnation, self.remembered[key] ?? -1)
            case .tombstone(let key, _, nil):
                guard truth.latest(key) == nil else { continue }
                if let until = self.until[key], batch.time < until {
                    found.append("\(batch.revision) forgets the incarnation of \(key) before \(until)")
                }
                self.remembered[key] = nil
                self.acknowledged[key] = nil
            }
        }
        return found
    }
}

extension Call {
    /// Whether it may change nothing.
    fileprivate var isBeat: Bool {
        switch self.wish {
        case .renewal: true
        case .report(let state): state == nil
        case .command: false
        }
    }
}

/// How the world's clients name themselves: with the incarnation that acts, so that a recorded change tells whose it is.
enum Actor {
    static func name(client: Int, incarnation: Int64?) -> String {
        incarnation.map { "client-\(client)#\($0)" } ?? "client-\(client)"
    }

    static func incarnation(in name: String) -> Int64? {
        let parts = name.split(separator: "#")
        return parts.count == 2 ? Int64(parts[1]) : nil
    }
}
