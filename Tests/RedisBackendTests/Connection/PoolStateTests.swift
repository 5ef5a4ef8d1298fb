import NIOCore
import Outbound
import Testing

@testable import RedisBackend

@Suite("Which connection a request takes")
struct PoolStateTests {
    private struct Connection: Identifiable, Equatable { let id: Int }

    private typealias Pool = PoolState<Connection, String>

    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private let fault = RedisError(.unavailable, "no connection")

    @Test("An idle one, else a new one, else the one with the fewest requests")
    func order() {
        var pool = Pool(limit: 2)
        #expect(self.take(&pool, "first") == "open first")
        pool.opened(Connection(id: 1))
        pool.begin(1)
        #expect(self.take(&pool, "second") == "open second")
        #expect(self.take(&pool, "third") == "use 1")
        pool.opened(Connection(id: 2))
        #expect(self.take(&pool) == "use 2")
        #expect(self.take(&pool) == "use 2")
        pool.finish(1)
        pool.finish(1)
        #expect(self.take(&pool) == "use 1")
        #expect(pool.count == 2)
    }

    @Test("While all that there may be are being opened, others wait for the same")
    func join() {
        var pool = Pool(limit: 1)
        #expect(self.take(&pool, "first") == "open first")
        #expect(self.take(&pool, "second") == "join first")
        #expect(pool.count == 1)
    }

    @Test("After a failure none is opened for a while, longer each time, and open ones are used")
    func pauses() {
        var pool = Pool(limit: 3, backoff: Backoff(first: .milliseconds(100), longest: .milliseconds(300)))
        var now = self.start
        for pause in [100, 200, 300, 300] {
            #expect(self.take(&pool, "again", at: now) == "open again")
            pool.failed(self.fault, at: now, random: 0)
            #expect(self.take(&pool, at: now) == "refused")
            now = now + .milliseconds(Int64(pause))
            #expect(self.take(&pool, at: now - .nanoseconds(1)) == "refused")
        }
        #expect(self.take(&pool, "now", at: now) == "open now")
        pool.opened(Connection(id: 1))
        pool.begin(1)
        #expect(self.take(&pool, "more", at: now) == "open more")
        pool.failed(self.fault, at: now, random: 0)
        #expect(self.take(&pool, at: now) == "use 1")
        #expect(self.take(&pool, at: now + .milliseconds(100)) == "open ")
    }

    @Test("One that is closed is used no more, and makes room")
    func closed() {
        var pool = Pool(limit: 1)
        #expect(self.take(&pool, "first") == "open first")
        pool.opened(Connection(id: 1))
        #expect(self.take(&pool) == "use 1")
        pool.closed(1)
        pool.finish(1)
        #expect(pool.count == 0)
        let none = pool.takeOpen()
        #expect(none == nil)
        #expect(self.take(&pool, "second") == "open second")
        pool.opened(Connection(id: 2))
        let left = pool.removeAll()
        #expect(left == [Connection(id: 2)])
        #expect(pool.count == 0)
    }

    private func take(_ pool: inout Pool, _ opening: String = "", at now: NIODeadline? = nil) -> String {
        switch pool.take(at: now ?? self.start, opening: { opening }) {
        case .use(let connection): "use \(connection.id)"
        case .open(let opening): "open \(opening)"
        case .join(let opening): "join \(opening)"
        case .refused: "refused"
        }
    }
}
