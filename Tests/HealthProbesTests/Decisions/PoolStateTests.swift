import RegistryHealth
import RegistryModel
import RegistryTestKit
import Testing

@testable import HealthProbes

struct PoolStateTests {
    private struct Connection: Identifiable, Hashable { let id: Int }

    private typealias Pool = PoolState<Connection, String>

    private static func endpoint(_ number: Int) throws -> Endpoint {
        let target = ProbeTarget(host: "127.0.0.1", port: UInt16(number), kind: .http, probe: HealthCheck.Probe())
        return try Endpoint(target, at: IPAddress(v4: 0x7f00_0001))
    }

    @Test func opensUpToTheLimitThenWaits() throws {
        var pool = Pool(limit: 4)
        let endpoint = try Self.endpoint(1)
        for number in 1...4 {
            guard case .open(let mayKeep) = pool.take(endpoint, mayReuse: true, wait: "") else {
                Issue.record("number \(number) found no slot")
                return
            }
            #expect(mayKeep == (number <= 3))
            #expect(pool.open == number)
        }
        guard case .wait(_, closing: nil) = pool.take(endpoint, mayReuse: true, wait: "first"),
            case .wait(let second, closing: nil) = pool.take(endpoint, mayReuse: true, wait: "second"),
            case .wait(_, closing: nil) = pool.take(endpoint, mayReuse: true, wait: "third")
        else {
            Issue.record("a slot too many was given")
            return
        }
        pool.abandon(second)
        let first = pool.close(nil, wasKept: true)
        #expect(first?.wait == "first" && first?.mayKeep == true)
        let third = pool.close(nil, wasKept: false)
        #expect(third?.wait == "third" && third?.mayKeep == false)
        let nobody = pool.close(nil, wasKept: false)
        #expect(nobody == nil)
        #expect(pool.open == 3)
    }

    @Test func reusesTheYoungestOfTheSameEndpoint() throws {
        var pool = Pool(limit: 8)
        let (one, two) = (try Self.endpoint(1), try Self.endpoint(2))
        for id in 1...3 {
            _ = pool.take(one, mayReuse: false, wait: "")
            let isKept = pool.putBack(Connection(id: id), one)
            #expect(isKept)
        }
        guard case .open = pool.take(two, mayReuse: true, wait: ""),
            case .open = pool.take(one, mayReuse: false, wait: ""),
            case .reuse(Connection(id: 3)) = pool.take(one, mayReuse: true, wait: ""),
            case .reuse(Connection(id: 2)) = pool.take(one, mayReuse: true, wait: "")
        else {
            Issue.record("another connection than the youngest was given")
            return
        }
        // One that is closed is forgotten.
        let nobody = pool.close(1, wasKept: true)
        #expect(nobody == nil)
        guard case .open = pool.take(one, mayReuse: true, wait: "") else {
            Issue.record("a closed connection was given")
            return
        }
    }

    @Test func theOldestUnusedIsClosedForWhoeverWaits() throws {
        var pool = Pool(limit: 2)
        let one = try Self.endpoint(1)
        for id in 1...2 {
            if case .open = pool.take(one, mayReuse: false, wait: "") {
                let isKept = pool.putBack(Connection(id: id), one)
                #expect(isKept)
            }
        }
        guard case .wait(_, closing: Connection(id: 1)) = pool.take(try Self.endpoint(2), mayReuse: true, wait: "a"),
            case .wait(_, closing: Connection(id: 2)) = pool.take(try Self.endpoint(3), mayReuse: true, wait: "b")
        else {
            Issue.record("not the oldest was closed")
            return
        }
        let (first, second) = (pool.close(1, wasKept: true), pool.close(2, wasKept: false))
        #expect(first?.wait == "a" && second?.wait == "b")
    }

    @Test func nothingIsKeptWhileSomebodyWaits() throws {
        var pool = Pool(limit: 1)
        _ = pool.take(try Self.endpoint(1), mayReuse: true, wait: "")
        _ = pool.take(try Self.endpoint(2), mayReuse: true, wait: "a")
        let isKept = pool.putBack(Connection(id: 1), try Self.endpoint(1))
        #expect(!isKept)
    }

    @Test func theQueueIsBounded() throws {
        var pool = Pool(limit: 1)
        let endpoint = try Self.endpoint(1)
        var waiting = 0
        for _ in 0..<100 { if case .wait = pool.take(endpoint, mayReuse: true, wait: "") { waiting += 1 } }
        #expect(waiting == 16)
        guard case .full = pool.take(endpoint, mayReuse: true, wait: "") else {
            Issue.record("the queue has no end")
            return
        }
    }

    /// Random steps, beside a plain model of what is open.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func countsHoldWhateverHappens(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var pool = Pool(limit: 7)
        let endpoints = try (1...4).map(Self.endpoint)
        var busy: [(connection: Connection, endpoint: Endpoint, isKept: Bool)] = []
        var unused: [Int: Bool] = [:]
        var closing: [(id: Int, isKept: Bool)] = []
        var waiting: [Int: Endpoint] = [:]
        var nextID = 0
        func granted(_ next: (wait: String, mayKeep: Bool)?) {
            guard let next, let key = Int(next.wait), let endpoint = waiting.removeValue(forKey: key) else { return }
            nextID += 1
            busy.append((Connection(id: nextID), endpoint, next.mayKeep))
        }
        for step in 0..<20_000 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                let endpoint = endpoints.randomElement(using: &random)!
                switch pool.take(endpoint, mayReuse: Bool.random(using: &random), wait: "\(step)") {
                case .reuse(let connection):
                    let isKept = unused.removeValue(forKey: connection.id) ?? false
                    try #require(isKept, "seed \(seed): it was not unused")
                    busy.append((connection, endpoint, isKept))
                case .open(let mayKeep):
                    nextID += 1
                    busy.append((Connection(id: nextID), endpoint, mayKeep))
                case .wait(let key, let victim):
                    waiting[step] = endpoint
                    if let victim {
                        let isKept = unused.removeValue(forKey: victim.id) ?? false
                        try #require(isKept, "seed \(seed): it was not unused")
                        closing.append((victim.id, isKept))
                    }
                    if victim == nil, Bool.random(using: &random) {
                        pool.abandon(key)
                        waiting[step] = nil
                    }
                case .full: #expect(waiting.count == 112)
                }
            case 2, 3:
                guard !busy.isEmpty else { continue }
                let entry = busy.remove(at: Int.random(in: 0..<busy.count, using: &random))
                if entry.isKept, Bool.random(using: &random), pool.putBack(entry.connection, entry.endpoint) {
                    unused[entry.connection.id] = entry.isKept
                } else {
                    closing.append((entry.connection.id, entry.isKept))
                }
            case 4:
                guard !closing.isEmpty else { continue }
                let entry = closing.removeFirst()
                granted(pool.close(entry.id, wasKept: entry.isKept))
            default:
                guard let (id, isKept) = unused.first else { continue }
                unused[id] = nil
                granted(pool.close(id, wasKept: isKept))
            }
            try #require(pool.open == busy.count + unused.count + closing.count, "seed \(seed), step \(step)")
            try #require(pool.open <= 7)
        }
    }
}
