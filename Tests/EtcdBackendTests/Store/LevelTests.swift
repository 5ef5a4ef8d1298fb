import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import SwiftProtobuf
import Testing

@testable import EtcdBackend

@Suite("Programs of two versions", .etcd)
struct LevelTests {
    @Test("What is written is what every member speaks; it is raised when the last that speaks less is gone")
    func raised() async throws {
        try await TestStores.with { stores in
            let old = try await stores.make()
            let new = try await stores.make(schema: Schema.current + 1)
            let seen = Deliveries(new)
            let oldMember = Self.join(old, Schema.current)
            let newMember = Self.join(new, Schema.current + 1)
            try await eventually { seen.events.count == 2 }
            try await new.raiseLevelOnce()
            #expect(await new.report().level == 1)
            #expect(try await Self.writtenSchema(new, "a") == 1)

            oldMember.cancel()
            await oldMember.value
            try await new.raiseLevelOnce()
            try await eventually { await new.report().level == 2 }
            #expect(try await Self.writtenSchema(new, "b") == 2)
            // A program that does not speak it writes no more, and is no member.
            try await eventually { await old.report().obstacle?.code == .newerVersion }
            #expect(await !old.isWritable())
            #expect(try await storeFailure({ _ = try await stores.make() })?.code == .newerVersion)
            newMember.cancel()
            await newMember.value
        }
    }

    @Test("Whoever speaks less than what is written does not become a member")
    func refused() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make(schema: Schema.current + 1)
            let member = Self.join(store, Schema.current)
            try await Task.sleep(for: .seconds(1))
            #expect(try await store.client.range(EtcdQuery(store.layout.members)).kvs.isEmpty)
            member.cancel()
            await member.value
        }
    }

    private static func join(_ store: EtcdStore, _ schema: UInt32) -> Task<Void, Never> {
        var member = TestDigests.member(store.memberID)
        member.schema = Int(schema)
        return Task { [member] in await store.keepMember(member) { true } }
    }

    private static func writtenSchema(_ store: EtcdStore, _ id: String) async throws -> UInt32 {
        _ = try #require(await store.commit(TestWrites.group(TestWrites.instance(id))).revision)
        let key = store.layout.key("instances/default/payments/\(id)")
        return try StoredInstanceEntry(serializedBytes: try #require(try await store.client.get(key)).value).schema
    }
}
