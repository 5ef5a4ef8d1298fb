import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import RollcallServer

@Suite("The history is kept within its limits", .timeLimit(.minutes(2)))
struct HistoryKeeperTests {
    @Test("Once a minute, and not while the store holds another history than the one that is shown")
    func rounds() async throws {
        let (link, clock, history) = (FakeClusterLink(), ManualClock(), CountingLog())
        let records = InMemoryStore()
        let store = InMemoryClusterStore(records, of: link)
        let catalog = Catalog(store: store, clock: clock, link: link)
        let keeper = HistoryKeeper(
            catalog: catalog, history: history, maxAge: .hours(1), maxRecords: 7, clock: clock,
            logger: LoggedEvents().logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await keeper.run() }
            func turn() async {
                await clock.waitForSleepers(1)
                clock.advance(by: .minutes(1))
                await clock.waitForSleepers(1)
            }
            await turn()
            #expect(history.trims.isEmpty)

            try await catalog.load()
            await turn()
            let oldest = clock.wallTime.advanced(by: TimeSpan(milliseconds: -TimeSpan.hours(1).milliseconds))
            #expect(history.trims == [CountingLog.Trim(time: oldest, count: 7)])

            store.standBeside()
            #expect(catalog.source == .cache)
            for _ in 0..<2 { await turn() }
            #expect(history.trims.count == 1)

            try await store.settle(.adopt, keeping: catalog.storedCatalog())
            await turn()
            #expect(history.trims.count == 2)
            group.cancelAll()
        }
    }
}

/// A history that only notes how it is trimmed.
private final class CountingLog: RecordLog {
    struct Trim: Hashable {
        let time: Timestamp
        let count: Int
    }

    private let noted = Mutex<[Trim]>([])

    var trims: [Trim] { self.noted.withLock { $0 } }

    func records(matching query: HistoryQuery) async throws -> HistoryPage { HistoryPage(records: [], next: nil) }

    func trim(olderThan time: Timestamp, keeping count: Int) async throws {
        self.noted.withLock { $0.append(Trim(time: time, count: count)) }
    }
}
