import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import SQLiteBackend

@Suite("Looking through the history")
struct HistoryScanTests {
    /// Commits of one change each: every tenth is of service `rare`, the others of `common`.
    private func store(
        _ directory: TemporaryDirectory, commits: Int, _ limits: SQLiteStore.HistoryLimits
    ) async throws -> SQLiteStore {
        var configuration = SQLiteStore.Configuration()
        configuration.page = limits
        let store = try directory.open(configuration)
        for number in 1...commits {
            let key = ServiceKey(name: number % 10 == 0 ? "rare" : "common")
            let instance = Sample.instance("i-\(number)", number: Int64(number))
            let write = Write(
                .instance(InstanceKey(service: key, id: instance.id), number: Int64(number), service: 1, instance),
                expected: nil)
            let change = CommitGroup.RecordedChange(Sample.change(instance.id, service: key), write: 0)
            _ = await store.commit(CommitGroup(time: Sample.time, writes: [write], changes: [change]))
        }
        return store
    }

    @Test(
        "A page ends after a bounded amount of work, and the next goes on there",
        arguments: [1, 3, 10, 40, 41, 1_000], [1, 4, 1_000])
    func boundedPages(_ commits: Int, _ changes: Int) async throws {
        let directory = try TemporaryDirectory()
        let store = try await self.store(
            directory, commits: 40, SQLiteStore.HistoryLimits(commits: commits, changes: changes))
        for order in HistoryQuery.Order.allCases {
            for name in ["rare", "common", "nowhere"] {
                var query = HistoryQuery(service: name, order: order, limit: 4)
                var found: [Int64] = []
                var pages = 0
                repeat {
                    let page = try await store.records(matching: query)
                    #expect(page.records.count <= min(4, commits, changes))
                    found += page.records.map(\.revision.rawValue)
                    query.after = page.next
                    pages += 1
                } while query.after != nil && pages < 100
                let all = (1...40).filter { name != "nowhere" && ($0 % 10 == 0) == (name == "rare") }.map(Int64.init)
                #expect(found == (order == .ascending ? all : all.reversed()), "\(name), \(order)")
                #expect(pages <= 40 / commits + 40 / min(changes, 4) + 2, "\(name), \(order)")
            }
        }
        try await store.close()
    }

    @Test("A cursor that was never given out is no way to crash")
    func strangeCursors() async throws {
        let directory = try TemporaryDirectory()
        let store = try await self.store(directory, commits: 3, SQLiteStore.HistoryLimits(commits: 10, changes: 10))
        let values: [Int64] = [.min, -1, 0, 1, 3, 4, .max]
        for order in HistoryQuery.Order.allCases {
            for revision in values {
                for index in [Int.min, -1, 0, 1, Int(Int32.max), .max] {
                    let cursor = HistoryCursor(revision: Revision(revision), index: index)
                    let page = try await store.records(matching: HistoryQuery(order: order, after: cursor))
                    #expect(page.records.count <= 3)
                }
                let query = HistoryQuery(
                    sinceRevision: Revision(revision), untilRevision: Revision(revision), order: order)
                #expect(try await store.records(matching: query).records.count == ((1...3).contains(revision) ? 1 : 0))
            }
        }
        try await store.close()
    }

    @Test("A commit's signature has the bits of every query that it fits")
    func signatures() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let changes = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                Sample.change(
                    "i-\(Int.random(in: 0...99, using: &generator))",
                    service: ServiceKey(
                        namespace: "n-\(Int.random(in: 0...2, using: &generator))",
                        name: "s-\(Int.random(in: 0...99, using: &generator))"),
                    cause: Cause.allCases.randomElement(using: &generator) ?? .register,
                    actor: "a-\(Int.random(in: 0...2, using: &generator))")
            }
            let bits = CommitSignature(of: changes).bits
            for change in changes {
                let query = HistoryQuery(
                    namespace: change.service.namespace, service: change.service.name, instance: change.instance,
                    cause: change.cause, actor: change.actor)
                let wanted = CommitSignature(wantedBy: query).bits
                #expect(bits & wanted == wanted)
            }
        }
    }

    @Test("A signature, which is stored, stays what it is, and tells most values apart")
    func signatureIsStable() {
        #expect(
            CommitSignature(wantedBy: HistoryQuery(namespace: "default", service: "payments")).bits
                == 0x9000_0000_0000_0000)
        let bits = (0..<64).map { CommitSignature(wantedBy: HistoryQuery(service: "service-\($0)")).bits }
        #expect(Set(bits).count > 30)
        #expect(CommitSignature(wantedBy: HistoryQuery()).bits == 0)
        #expect(CommitSignature(of: []).bits == 0)
    }
}
