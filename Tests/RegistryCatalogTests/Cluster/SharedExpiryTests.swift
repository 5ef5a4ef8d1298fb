import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Expiry where other nodes take heartbeats, too")
struct SharedExpiryTests {
    private let link = FakeClusterLink()

    @Test("It names the newest digest that is known, and rests on silence")
    func conditions() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register(ttl: .after(.seconds(3)))
            live.shared?.tell(.digest(SharedHeartbeatTests.digest(1, []), position: 42))
            try await eventually { !self.link.taken.isEmpty }
            try await live.advance(by: .seconds(4))
            try await eventually { live.health() == .down }
            let group = try #require(live.store.groups.last)
            #expect(group.knownDigests == 42)
            #expect(group.writes.map(\.restsOnSilence) == [true, false])
        }
    }

    @Test("While there is a digest that is not known here, it does not succeed; with that it is void")
    func unknownDigest() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register(ttl: .after(.seconds(3)))
            let number = try #require(live.record()?.instance.number)
            live.shared?.noteDigest(at: 9)
            try await live.advance(by: .milliseconds(3_100))
            try await eventually { live.catalog.counts.conflicts > 0 }
            #expect(live.health() == .up)
            live.shared?.tell(.digest(SharedHeartbeatTests.digest(1, [number]), position: 9))
            try await eventually { !live.isOverdue() }
            try await live.advance(by: .milliseconds(2_800))
            #expect(live.health() == .up)
            #expect(try await live.history().map(\.cause) == [.register])
            try await live.advance(by: .milliseconds(400))
            try await eventually { live.health() == .down }
        }
    }

    @Test("Who is not first in rank leaves 3 s to each before it", arguments: [0, 1, 2])
    func ranks(rank: Int) async throws {
        self.link.rank = rank
        try await withCatalog(link: self.link) { live in
            try await live.register(ttl: .after(.seconds(5)))
            try await live.advance(by: .milliseconds(4_900 + Int64(rank) * 3_000))
            #expect(live.health() == .up && !live.isOverdue())
            try await live.advance(by: .milliseconds(250))
            try await eventually { live.health() == .down }
        }
    }

    @Test(
        "After a gap in what the others said every ttl begins anew, also of what was being expired",
        arguments: [false, true])
    func gap(isReload: Bool) async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("claimed", ttl: .after(.seconds(3)))
            try await live.register("late", ttl: .after(.seconds(4)))
            live.store.hold()
            try await live.advance(by: .milliseconds(3_200))
            await live.store.waitForHeld()
            #expect(live.isOverdue("claimed"))
            if isReload {
                await live.shared?.reload()
            } else {
                self.link.missBeats()
                live.shared?.tell(.digest(SharedHeartbeatTests.digest(7, []), position: 7))
            }
            try await eventually { !live.isOverdue("claimed") && !self.link.taken.isEmpty }
            // What is on its way was decided without the gap; etcd would not let it through.
            live.store.plan(.conflict(\.restsOnSilence))
            live.store.release()
            try await live.advance(by: .milliseconds(2_800))
            #expect(live.health("claimed") == .up && live.health("late") == .up)
            try await live.advance(by: .milliseconds(2_000))
            try await eventually { live.health("claimed") == .down && live.health("late") == .down }
        }
    }

    @Test("While this node is cut off nothing expires, and then each has its ttl again")
    func cutOff() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register(ttl: .after(.seconds(3)))
            try await live.advance(by: .seconds(2))
            self.link.isCutOff = true
            #expect(live.catalog.isCutOff)
            try await live.advance(by: .seconds(60), step: .seconds(1))
            #expect(live.health() == .up && !live.isOverdue())
            self.link.isCutOff = false
            try await live.advance(by: .milliseconds(2_900))
            #expect(live.health() == .up && !live.isOverdue())
            try await live.advance(by: .milliseconds(300))
            try await eventually { live.health() == .down }
            #expect(live.catalog.standstills.count == 1)
        }
    }

    @Test("Who takes over half-way still sees that most fell at once")
    func takeover() async throws {
        let settings = {
            var settings = CatalogSettings()
            settings.isShared = true
            return settings
        }()
        var catalog = PureCatalog.of(5, settings: settings) { $0.ttl = .after(.seconds(3)) }
        catalog.silence("a", "b")
        #expect(catalog.suspects(of: 5).isEmpty)
        // Two before it in rank are stuck.
        catalog.time = catalog.time.advanced(by: .milliseconds(6_500))
        catalog.silence("c", "d")
        #expect(catalog.suspects(of: 5) == ["a", "b", "c", "d"])
        #expect(catalog.service()?.protection != nil)
    }
}
