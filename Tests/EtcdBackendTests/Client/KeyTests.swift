import Foundation
import RegistryModel
import Testing

@testable import EtcdBackend

@Suite("Keys of a real etcd", .etcd)
struct KeyTests {
    private let prefix = "/keys/\(UUID().uuidString)/"

    @Test("What is put is read, at the newest and at an older revision, and gone when deleted")
    func putAndRange() async throws {
        try await withClient { client in
            let first = try await client.put(prefix + "a", Data("1".utf8)).header.revision
            try await client.put(prefix + "a", Data("2".utf8))
            var query = EtcdQuery(EtcdRange(prefix + "a"))
            #expect(try await client.range(query).kvs.map(\.value) == [Data("2".utf8)])
            query.revision = first
            #expect(try await client.range(query).kvs.map(\.value) == [Data("1".utf8)])
            query.revision = nil
            query.isSerializable = true
            #expect(try await client.range(query).kvs.count == 1)
            #expect(try await client.delete(EtcdRange(prefix: prefix)).deleted == 1)
            #expect(try await client.range(query).kvs.isEmpty)
        }
    }

    @Test("Pages show one revision, whatever is written between them")
    func pages() async throws {
        try await withClient { client in
            for number in 100..<110 { try await client.put("\(prefix)\(number)", Data()) }
            var query = EtcdQuery(EtcdRange(prefix: prefix))
            query.countOnly = true
            #expect(try await client.range(query).count == 10)
            query.countOnly = false
            query.keysOnly = true
            query.limit = 3
            var keys: [String] = []
            var pages = 0
            let first = try await client.range(query)
            let revision = try await client.pages(query) { (page) throws(EtcdError) in
                pages += 1
                keys += page.map { String(decoding: $0.key, as: UTF8.self) }
            }
            #expect(revision >= first.header.revision)
            #expect(keys == (100..<110).map { "\(prefix)\($0)" })
            #expect(pages == 4)
            query.revision = revision
            try await client.delete(EtcdRange(prefix: prefix))
            #expect(try await client.range(query).kvs.count == 3)
        }
    }

    @Test("A transaction does one thing or the other, nested too, by comparing keys and ranges")
    func transactions() async throws {
        try await withClient { client in
            let (a, b) = (prefix + "a", prefix + "b")
            let created = try await client.transaction(
                .when(
                    [.onKey(a, to: .createRevision(0)), .onRange(EtcdRange(prefix: prefix), to: .modRevision(0))],
                    then: [.put(a, Data("1".utf8))]))
            #expect(created.succeeded)
            let revision = created.header.revision
            let nested = try await client.transaction(
                .when(
                    [],
                    then: [
                        .transaction(.when([.onKey(a, to: .modRevision(revision))], then: [.put(a, Data("2".utf8))])),
                        .transaction(
                            .when(
                                [.onKey(b, to: .modRevision(revision))], then: [.put(b, Data())],
                                else: [.range(EtcdQuery(EtcdRange(a)))])),
                    ]))
            let second = nested.header.revision
            #expect(nested.responses.map(\.responseTxn.succeeded) == [true, false])
            #expect(nested.responses[1].responseTxn.responses[0].responseRange.kvs.map(\.value) == [Data("2".utf8)])
            for (compare, holds) in [
                (EtcdCompare.onKey(a, to: .version(2)), true), (.onKey(a, .greater, to: .modRevision(revision)), true),
                (.onKey(a, to: .value(Data("2".utf8))), true), (.onKey(a, to: .lease(0)), true),
                (.onRange(EtcdRange(prefix: prefix), .less, to: .modRevision(second)), false),
                (.onRange(EtcdRange(prefix: prefix), .less, to: .modRevision(second + 1)), true),
                (.onKey(a, .notEqual, to: .createRevision(revision)), false),
            ] {
                #expect(try await client.transaction(.when([compare], then: [])).succeeded == holds)
            }
        }
    }

    @Test("Refusals have their own codes, and say that nothing was done")
    func refusals() async throws {
        try await withClient { client in
            let key = prefix + "a"
            await #expect(throws: EtcdError.self) { try await client.put("", Data()) }
            let twice = try await failure {
                _ = try await client.transaction(.when([], then: [.put(key, Data()), .put(key, Data())]))
            }
            #expect(twice?.code == .refused)
            #expect(twice?.mayTakeEffect == false)
            let many = (0...128).map { EtcdRequestOp.put("\(key)\($0)", Data()) }
            let tooMany = try await failure { _ = try await client.transaction(.when([], then: many)) }
            #expect(tooMany?.code == .tooLarge)
            let tooLong = try await failure { _ = try await client.put(key, Data(repeating: 0, count: 3 << 20)) }
            #expect(tooLong?.code == .tooLarge || tooLong?.code == .refused || tooLong?.code == .overloaded)
            #expect(tooLong?.mayTakeEffect == false)
        }
    }

    @Test("A member tells how it is, and that nothing is alarming")
    func maintenance() async throws {
        try await withClient { client in
            let status = try await client.status(of: 0)
            #expect(status.leader == status.memberID)
            #expect(status.fileBytes > 0)
            #expect(status.version.hasPrefix("3."))
            #expect(try await client.alarms().isEmpty)
        }
    }
}
