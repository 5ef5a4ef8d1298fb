import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// A batch that a slow store cannot take within the time that one caller waits.
@Suite("Batches that fit into no single commit")
struct LargeBatchTests {
    private let link = FakeClusterLink()

    /// A store that takes this long for every write, as one does that is on a busy machine.
    private static func slow(_ live: LiveCatalog, _ perWrite: TimeSpan) {
        live.shared?.whileCommitting { group in
            let time = TimeSpan(milliseconds: perWrite.milliseconds * Int64(group.writes.count))
            try? await live.advance(by: time)
        }
    }

    private static func batch(_ count: Int) -> [Command] {
        (0..<count).map { index in .register("i\(index)") { $0.port = UInt16(1_000 + index) } }
    }

    @Test("It is done in parts, and nobody is told that the store is away: it does what it is asked")
    func parts() async throws {
        try await withCatalog(link: self.link) { live in
            Self.slow(live, .milliseconds(20))
            let commands = Self.batch(400)
            // As one it would take 8 s, and registry.timeout is 5.
            let results = await live.catalog.perform(commands, actor: "tester")
            #expect(results.allSatisfy { $0.code == nil })
            #expect(live.catalog.counts.instances == 400)
            // And each writes the service's record.
            let sizes = live.store.groups.map { $0.writes.count - 1 }
            #expect(sizes.reduce(0, +) == 400)
            #expect(sizes.first == GroupSize.first)
            #expect(sizes.dropFirst().allSatisfy { $0 <= GroupSize.smallest })
        }
    }

    @Test("What does not go on ends in time, and what of it was done is told as done")
    func stuck() async throws {
        try await withCatalog(link: self.link) { live in
            Self.slow(live, .milliseconds(20))
            live.store.plan(nil, .fail(StoreError(.unavailable, "it is away")))
            let results = await live.catalog.perform(Self.batch(400), actor: "tester")
            #expect(results.prefix(GroupSize.first).allSatisfy { $0.code == nil })
            #expect(results.contains { $0.code == .storeUnavailable })
            #expect(results.allSatisfy { $0.code == nil || $0.code == .storeUnavailable })
        }
    }

    @Test("Whoever comes after it does not wait for all of it")
    func others() async throws {
        try await withCatalog(link: self.link) { live in
            live.store.hold()
            async let batch = live.catalog.perform(Self.batch(GroupSize.first * 16), actor: "tester")
            await live.store.waitForHeld()
            async let single = live.register("alone")
            try await eventually { live.catalog.counts.queuedCommands == GroupSize.first * 15 + 1 }
            live.store.release()
            let revision = try await single.revision
            #expect(await batch.allSatisfy { $0.code == nil })
            let last = try #require(live.catalog.snapshot(of: ServiceKey(name: "payments"))?.revision)
            #expect(revision < last)
        }
    }

    @Test("A store of this process' own takes a batch at once: a commit costs it the same however large it is")
    func alone() async throws {
        try await withCatalog { live in
            _ = await live.catalog.perform(Self.batch(1_000), actor: "tester")
            #expect(live.store.groups.map(\.writes.count) == [1_001])
        }
    }

    @Test("What nobody waits for any more is not tried again, unless it is there in part")
    func givenUp() {
        let submission = Submission([.leave("a"), .leave("b")], actor: "tester", deadline: 5) { _ in }
        var work = Work(submission: submission, index: 1)
        #expect(!work.isGivenUp)
        submission.fail(.init(.storeUnavailable, "late"), from: 1)
        #expect(work.isGivenUp)
        #expect(!Work(submission: submission, index: 0).isGivenUp)
        work.earlier = EarlierTry(reached: Revision(3))
        #expect(!work.isGivenUp)
    }

    @Test("Each part that is done gives the rest its time again, up to four times; whatever does not move gets none")
    func progress() {
        let commands = (0..<10).map { Command.leave("i\($0)") }
        let submission = Submission(commands, actor: "tester", deadline: 5_000) { _ in }
        submission.noteParts()
        submission.noteProgress(now: 4_000, timeout: 5_000)
        #expect(submission.deadline == 5_000)
        for (index, now) in [Int64(1_000), 4_000, 8_000, 12_000, 16_000, 19_000].enumerated() {
            submission.resolve(index, .failure(.unknownInstance(InstanceKey("i\(index)"))))
            submission.noteProgress(now: now, timeout: 5_000)
            #expect(submission.deadline == min(now + 5_000, 20_000))
            submission.noteProgress(now: now + 500, timeout: 5_000)
            #expect(submission.deadline == min(now + 5_000, 20_000), "nothing has moved")
        }
        let whole = Submission(commands, actor: "tester", deadline: 5_000) { _ in }
        whole.resolve(0, .failure(.unknownInstance(InstanceKey("i0"))))
        whole.noteProgress(now: 4_000, timeout: 5_000)
        #expect(whole.deadline == 5_000, "it went into one commit")
        let own = Submission(commands, actor: "registry", deadline: .max) { _ in }
        own.noteParts()
        own.resolve(0, .failure(.unknownInstance(InstanceKey("i0"))))
        own.noteProgress(now: 1, timeout: 5_000)
        #expect(own.deadline == .max)
    }
}
