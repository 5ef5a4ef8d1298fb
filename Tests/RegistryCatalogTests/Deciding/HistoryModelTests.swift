import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// Random histories with conflicts, failures, lost replies, expiries and restarts.
struct HistoryModelTests {
    private static let away = StoreError(.unavailable, "the disk is gone")

    /// Everything that a node shows, to compare two of them.
    private struct Shown: Equatable {
        var services: [Service]
        var instances: [[Instance]]
        var counts: StateCounts
        var tombstones: [InstanceKey: Tombstone]

        init(_ catalog: Catalog) {
            let snapshots = catalog.services(namespace: nil, after: nil, limit: .max)
            self.services = snapshots.map(\.service)
            self.instances = snapshots.map { $0.instances.map(\.instance) }
            (self.counts, self.tombstones) = catalog.applier.withState { ($0.counts, $0.tombstones) }
        }

        /// The counts, counted anew.
        var recount: StateCounts {
            var counts = StateCounts()
            for instance in self.instances.joined() { counts.add(instance) }
            counts.services = self.services.count
            return counts
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func whatIsLoadedIsWhatWasShown(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var store = InMemoryStore()
        let clock = ManualClock()
        var newest: [ServiceKey: Revision] = [:]
        var applied = Revision.zero
        for _ in 0..<4 {
            let seed = random.next()
            let (before, known) = (newest, applied)
            let (shown, after) = try await withCatalog(store: store, clock: clock) { live in
                #expect(live.catalog.appliedRevision == known)
                return try await Self.run(live, seed: seed, newest: before)
            }
            newest = after
            store = store.reopened()
            let loaded = Catalog(store: store, clock: clock)
            try await loaded.load()
            applied = loaded.appliedRevision
            let reloaded = Shown(loaded)
            #expect(reloaded == shown)
            #expect(shown.counts == shown.recount)
            #expect(reloaded.counts == reloaded.recount)
        }
    }

    private static func run(
        _ live: LiveCatalog, seed: UInt64, newest: [ServiceKey: Revision]
    ) async throws -> (Shown, [ServiceKey: Revision]) {
        var random = SeededGenerator(seed: seed)
        var newest = newest
        for _ in 0..<250 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0: live.store.plan(.fail(Self.away))
            case 1: live.store.plan(.loseReply(Self.away))
            case 2, 3:
                let pick = Int64.random(in: 0..<3, using: &random)
                live.store.plan(.conflict { $0.record.number % 3 == pick })
            case 4:
                try await live.advance(
                    by: .milliseconds(Int64.random(in: 0...3_000, using: &random)), step: .milliseconds(500))
            case 5: try await live.turn(by: .seconds(30))
            default: break
            }
            let commands = (0..<Int.random(in: 1...5, using: &random)).map { _ in Self.command(&random) }
            let before = Self.revisions(live)
            let results = await live.catalog.perform(commands, actor: "tester")
            for (command, result) in zip(commands, results) {
                guard let revision = result.value?.revision, !command.isRemovalOfService else { continue }
                // Read your write: what is answered is shown.
                if let shown = live.catalog.snapshot(of: command.service)?.revision { #expect(shown >= revision) }
            }
            for (key, revision) in Self.revisions(live) {
                #expect(revision >= max(newest[key] ?? .zero, before[key] ?? .zero), "\(key) went back")
                newest[key] = revision
            }
        }
        // What was lost on its way back, and what the wheel found, comes to rest.
        live.catalog.stop()
        try await eventually {
            live.catalog.appliedRevision == live.store.contents.revision
                && live.catalog.counts.queuedCommands == 0
        }
        return (Shown(live.catalog), newest)
    }

    private static func revisions(_ live: LiveCatalog) -> [ServiceKey: Revision] {
        let snapshots = live.catalog.services(namespace: nil, after: nil, limit: .max)
        return Dictionary(uniqueKeysWithValues: snapshots.map { ($0.key, $0.revision) })
    }

    private static func command(_ random: inout SeededGenerator) -> Command {
        let id = "i\(Int.random(in: 0..<5, using: &random))"
        let service = "s\(Int.random(in: 0..<4, using: &random))"
        let key = InstanceKey(id, in: service)
        let incarnation = Bool.random(using: &random) ? nil : Int64.random(in: 0..<6, using: &random)
        let weight = UInt16.random(in: 0..<4, using: &random)
        let decided = OverrideKey(service: key.service, instance: weight == 0 ? nil : id)
        switch Int.random(in: 0..<14, using: &random) {
        case 0..<5:
            let ttl = TimeSpan.seconds(Int64.random(in: 1...5, using: &random))
            return .register(id, in: service, incarnation: incarnation) { spec in
                spec.weight = weight
                spec.ttl = .after(ttl)
                spec.deregisterAfter = .after(.seconds(4))
            }
        case 5, 6: return .deregister(key, incarnation: incarnation)
        case 7:
            var patch = InstancePatch()
            patch.weight = weight
            patch.status = .draining
            patch.incarnation = incarnation
            return .update(key, patch, ifMatch: nil)
        case 8: return .renew(key, status: .down, incarnation: incarnation)
        case 9: return .renew(key, status: Bool.random(using: &random) ? .up : nil, incarnation: incarnation)
        case 10:
            var patch = ServicePatch()
            patch.type = "t\(weight)"
            return .updateService(key.service, patch, ifMatch: nil)
        case 11: return .deleteService(key.service, ifMatch: nil)
        case 12: return .liftOverride(decided)
        default:
            let span = TimeSpan.seconds(Int64.random(in: 1...9, using: &random))
            return .putOverride(decided, OverrideRequest(weight: weight, expiresAfter: weight > 1 ? span : nil))
        }
    }
}

extension Command {
    fileprivate var isRemovalOfService: Bool {
        if case .deleteService = self { true } else { false }
    }
}
