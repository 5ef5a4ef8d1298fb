import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import RegistryCatalog

struct WatchManyTests {
    /// Counts what many tasks see.
    private final class Tally: Sendable {
        private let counts = Mutex<[String: Int]>([:])

        func add(_ name: String) { self.counts.withLock { $0[name, default: 0] += 1 } }
        subscript(name: String) -> Int { self.counts.withLock { $0[name] ?? 0 } }
    }

    @Test func aHundredWatchersAndReadersSeeAChangeOfTheirServiceOnceAndOthersNothing() async throws {
        try await withCatalog { live in
            for service in ["mine", "other"] { try await live.register("a", in: service, ttl: .never) }
            let tally = Tally()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for service in ["mine", "other"] {
                    let key = ServiceKey(name: service)
                    for _ in 0..<100 {
                        group.addTask {
                            let watch = live.catalog.watch(.services([key]), from: nil)
                            _ = try await watch.next(timeout: .hours(1))
                            tally.add("ready")
                            while let steps = try await watch.next(timeout: .seconds(20)) {
                                for _ in steps { tally.add("\(service) watched") }
                            }
                        }
                        group.addTask {
                            var seen = live.catalog.snapshot(of: key)?.revision ?? .zero
                            tally.add("ready")
                            while try await live.catalog.waitForChange(of: key, after: seen, timeout: .seconds(20)) {
                                tally.add("\(service) read")
                                seen = live.catalog.snapshot(of: key)?.revision ?? .zero
                            }
                        }
                    }
                }
                try await eventually { tally["ready"] == 400 && live.catalog.counts.waiters == 400 }
                try await live.register("b", in: "mine", ttl: .never)
                try await eventually { tally["mine watched"] == 100 && tally["mine read"] == 100 }
                // Each waits on from when it saw its last; time goes on until all have seen nothing for long enough.
                try await eventually {
                    try await live.turn(by: .seconds(1))
                    return live.catalog.counts.waiters == 0
                }
                try await group.waitForAll()
            }
            #expect(tally["mine watched"] == 100)
            #expect(tally["mine read"] == 100)
            #expect(tally["other watched"] == 0)
            #expect(tally["other read"] == 0)
            #expect(live.catalog.counts.waiters == 0)
        }
    }

    /// What one watcher believes, built from nothing but its events.
    private struct View {
        var services: [ServiceKey: [String: Revision]] = [:]
        var revision = Revision.zero
        var gaps = 0
        var deltas = 0

        mutating func take(_ step: WatchStep) {
            #expect(step.revision >= self.revision, "events come in the order of revisions")
            self.revision = step.revision
            switch step.event {
            case .gap(let key, _, _):
                self.gaps += 1
                if key.name == "*" { self.services = [:] }
            case .snapshot(let key, let snapshot):
                self.services[key] = snapshot.map {
                    Dictionary(uniqueKeysWithValues: $0.instances.map { ($0.id, $0.instance.revision) })
                }
            case .delta(let delta):
                self.deltas += 1
                var instances = self.services[delta.key] ?? [:]
                for entry in delta.entries where !entry.change.instance.isEmpty {
                    // Neither twice nor with one left out: each starts from what this view holds.
                    let known = instances[entry.change.instance]
                    let isFirst = known == entry.before?.instance.revision
                    let isFurther = known == entry.after?.instance.revision
                    #expect(isFirst || isFurther, "\(entry.change) does not follow on \(String(describing: known))")
                    instances[entry.change.instance] = entry.after?.instance.revision
                }
                self.services[delta.key] = delta.service == nil ? nil : instances
            case .synced: break
            }
        }
    }

    /// Watchers with random pauses, resumptions and scopes beside a writer that registers, removes, deletes and re-creates.
    @Test(arguments: [UInt64(1), 2, 3])
    func watchersRebuildTheCatalogueFromTheirEvents(seed: UInt64) async throws {
        let settings = CatalogSettings(deltaLogEntries: 60, deltaLogEntriesPerService: 25)
        try await withCatalog(settings: settings) { live in
            let names = (0..<4).map { "s\($0)" }
            let views = try await withThrowingTaskGroup(of: (WatchScope, View).self) { group in
                for index in 0..<12 {
                    group.addTask {
                        let keys = names.prefix(1 + index % 4).map { ServiceKey(name: $0) }
                        let scope: WatchScope =
                            index % 3 == 0 ? .everything : (index % 3 == 1 ? .namespace("default") : .services(keys))
                        return (
                            scope, try await Self.follow(live, scope, names, seed: seed &* 100 &+ UInt64(index))
                        )
                    }
                }
                try await Self.write(live, names, seed: seed)
                // One last change of every service wakes those who have seen all.
                for name in names { try await live.register("last", in: name) { $0.weight = 1 } }
                var views: [(WatchScope, View)] = []
                for try await view in group { views.append(view) }
                return views
            }
            for (scope, view) in views {
                var expected: [ServiceKey: [String: Revision]] = [:]
                for snapshot in live.catalog.services(namespace: nil, after: nil, limit: .max)
                where scope.contains(snapshot.key) {
                    expected[snapshot.key] = Dictionary(
                        uniqueKeysWithValues: snapshot.instances.map { ($0.id, $0.instance.revision) })
                }
                #expect(view.services == expected)
            }
            #expect(views.map(\.1.deltas).reduce(0, +) > 100)
        }
    }

    private static func follow(
        _ live: LiveCatalog, _ scope: WatchScope, _ names: [String], seed: UInt64
    ) async throws -> View {
        var random = SeededGenerator(seed: seed)
        let awaited = names.map { ServiceKey(name: $0) }.filter(scope.contains)
        var view = View()
        var watch = live.catalog.watch(scope, from: nil)
        while true {
            for step in try await watch.next(timeout: .hours(1)) ?? [] { view.take(step) }
            // The writer's last registration in each service has this id.
            if awaited.allSatisfy({ view.services[$0]?["last"] != nil }) { return view }
            for _ in 0..<Int.random(in: 0..<60, using: &random) { await Task.yield() }
            if Int.random(in: 0..<5, using: &random) == 0, view.revision > .zero {
                watch = live.catalog.watch(scope, from: view.revision)
            }
        }
    }

    private static func write(_ live: LiveCatalog, _ names: [String], seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            let commands = (0..<Int.random(in: 1...4, using: &random)).map { _ -> Command in
                let key = InstanceKey(
                    "i\(Int.random(in: 0..<3, using: &random))",
                    in: names[Int.random(in: 0..<names.count, using: &random)])
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<4:
                    let weight = UInt16.random(in: 1...50, using: &random)
                    return .register(key.id, in: key.service.name) { $0.weight = weight }
                case 4..<8: return .deregister(key, incarnation: nil)
                default: return .deleteService(key.service, ifMatch: nil)
                }
            }
            _ = await live.catalog.perform(commands, actor: "tester")
        }
    }
}
