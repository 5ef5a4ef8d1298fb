import Foundation
import RegistryCatalog
import RegistryModel
import ServerTestKit
import Synchronization
import Testing

@testable import EtcdBackend

/// The simulated etcd does what a real one does.
@Suite(.serialized)
struct EtcdContractTests {
    private static let seeds: [UInt64] = Array(1...3)

    @Test(arguments: Self.seeds)
    func randomRequestsAreAnsweredAlike(seed: UInt64) async throws {
        try await Self.withBoth { simulated, real in
            let requests = RandomRequests(dice: Dice(seed: seed))
            var answers = 0
            var refusals: Set<EtcdError.Code> = []
            for number in 0..<800 {
                let revision = simulated.etcd.revision
                let (one, other): (Answer, Answer)
                switch requests.dice.number(0...99) {
                case 0:
                    let target = Int64(requests.dice.number(1...Int(revision) + 1))
                    one = await Answer { try await simulated.compact(to: target) }
                    other = await Answer { try await real.compact(to: target) }
                case 1...40:
                    let query = requests.query(at: revision)
                    one = await Answer { try await simulated.range(query) }
                    other = await Answer { try await real.range(query) }
                default:
                    let request = requests.transaction(at: revision)
                    one = await Answer { try await simulated.transaction(request) }
                    other = await Answer { try await real.transaction(request) }
                }
                try #require(one == other, "request \(number) of seed \(seed)")
                answers += 1
                if let code = one.code { refusals.insert(code) }
            }
            #expect(answers == 800)
            #expect(refusals.isSuperset(of: [.compacted, .tooLarge, .refused]))
            try await Self.compareWatches(simulated, real)
        }
    }

    /// Both tell the same of everything that is not compacted.
    private static func compareWatches(_ simulated: DirectEtcd, _ real: any EtcdService) async throws {
        let first = simulated.etcd.contents.compacted + 1
        try await simulated.put("k/end", Data())
        try await real.put("k/end", Data())
        let (one, other) = (
            try await Self.watched(simulated, from: first), try await Self.watched(real, from: first)
        )
        #expect(one == other)
        #expect(one.count > 10)
        for service in [simulated as any EtcdService, real] {
            await #expect(throws: EtcdError.Code.compacted) {
                do { try await service.watch(EtcdRange(prefix: "k/"), from: 1, Collector()) } catch {
                    throw (error as? EtcdError)?.code ?? .refused
                }
            }
        }
    }

    private static func watched(_ service: any EtcdService, from revision: Int64) async throws -> [WatchBatch] {
        let collector = Collector()
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do throws(EtcdError) {
                    try await service.watch(EtcdRange(prefix: "k/"), from: revision, collector)
                } catch {}
            }
            for await batch in collector.batches where batch.events.last?.kv.key == Data("k/end".utf8) { break }
            group.cancelAll()
            return collector.all
        }
    }

    @Test func aLeaseTakesItsKeysAlongInOneRevision() async throws {
        try await Self.withBoth { simulated, real in
            for service in [simulated as any EtcdService, real] {
                let lease = try await service.grantLease(.seconds(60))
                try await service.put("k/1", Data(), lease: lease.id)
                let revision = try await service.put("k/2", Data(), lease: lease.id).header.revision
                try await service.revoke(lease.id)
                let left = try await service.range(EtcdQuery(EtcdRange(prefix: "k/")))
                #expect(left.count == 0)
                #expect(left.header.revision == revision + 1)
                for attempt in 0..<2 {
                    let answer = await Answer {
                        if attempt == 0 {
                            try await service.revoke(lease.id)
                        } else {
                            try await service.put("k/1", Data(), lease: lease.id)
                        }
                    }
                    #expect(answer.code == .leaseNotFound)
                }
            }
        }
    }

    /// Runs against both, as they are when they are new.
    private static func withBoth(_ body: (DirectEtcd, any EtcdService) async throws -> Void) async throws {
        let server = try EtcdServer()
        try server.start()
        defer { server.stop() }
        let configuration = EtcdConfiguration(
            endpoints: [EtcdEndpoint(host: "127.0.0.1", port: server.port)], requestTimeout: .seconds(30))
        let client = try EtcdClient(configuration, logger: nil)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await client.run() }
            try await body(DirectEtcd(etcd: SimulatedEtcd(clock: SystemClock())), client)
            group.cancelAll()
        }
    }
}

/// What came of one request, without what differs between any two etcds.
private struct Answer: Equatable {
    let code: EtcdError.Code?
    let text: String

    init<Value>(_ request: () async throws -> Value) async {
        do {
            let value = try await request()
            self.code = nil
            switch value {
            case let range as EtcdRangeResponse: self.text = Self.text(range)
            case let transaction as EtcdTxnResponse: self.text = Self.text(transaction)
            default: self.text = ""
            }
        } catch {
            self.code = (error as? EtcdError)?.code ?? .unexpectedAnswer
            self.text = ""
        }
    }

    private static func text(_ range: EtcdRangeResponse) -> String {
        let pairs = range.kvs.map { pair in
            "\(String(decoding: pair.key, as: UTF8.self))=\(String(decoding: pair.value, as: UTF8.self))"
                + "(\(pair.createRevision) \(pair.modRevision) \(pair.version))"
        }
        return "range \(range.header.revision) \(range.count) \(range.more) \(pairs)"
    }

    private static func text(_ transaction: EtcdTxnResponse) -> String {
        let parts = transaction.responses.map { part in
            switch part.response {
            case .responseRange(var range):
                range.header.revision = 0
                return Self.text(range)
            case .responseDeleteRange(let deletion): return "delete \(deletion.deleted)"
            case .responseTxn(var nested):
                nested.header.revision = 0
                return Self.text(nested)
            case .responsePut: return "put"
            case nil: return "nothing"
            }
        }
        return "transaction \(transaction.header.revision) \(transaction.succeeded) \(parts)"
    }
}

private final class Collector: WatchObserver {
    let batches: AsyncStream<WatchBatch>
    private let continuation: AsyncStream<WatchBatch>.Continuation
    private let taken = Mutex<[WatchBatch]>([])

    init() { (self.batches, self.continuation) = AsyncStream.makeStream() }

    var all: [WatchBatch] { self.taken.withLock { $0 } }

    func willWatch(on endpoint: Int) async throws(EtcdError) {}
    func isWatching(on endpoint: Int) async {}
    func lost(_ endpoint: Int, _ error: EtcdError) async {}

    func take(_ batch: WatchBatch) async {
        self.taken.withLock { $0.append(batch) }
        self.continuation.yield(batch)
    }
}

extension EtcdError.Code: Error {}
