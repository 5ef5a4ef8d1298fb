import Testing

/// The power fails at any moment: whatever the disk has by then, every acknowledged commit is there, whole and in order,
/// and nothing is there by half.
@Suite("Power loss")
struct PowerLossTests {
    @Test("Every image opens with what was acknowledged, and can be written")
    func everyImage() async throws {
        for seed in DiskTestRun.seeds("power loss") {
            let run = try await PowerLossRun(seed: seed, commits: 240)
            let (images, faults) = try await run.faults(between: 80)
            #expect(faults.isEmpty, "ROLLCALL_SEED=\(seed)")
            #expect(images > 300, "\(images) images of \(run.events.count) events")
        }
    }

    // MARK: What is wrong is noticed

    @Test("Noticed: a log that is synced only when it is moved", arguments: [1, 2] as [UInt64])
    func synchronousNormal(seed: UInt64) async throws {
        let run = try await PowerLossRun(seed: seed, commits: 40, fault: .syncsOnlyAtCheckpoints)
        let faults = try await run.faults(between: 80, limit: 1).faults
        #expect(faults.contains { $0.contains("was acknowledged") })
    }

    @Test("Noticed: an acknowledgement before the commit", arguments: [1, 2] as [UInt64])
    func acknowledgedFirst(seed: UInt64) async throws {
        let run = try await PowerLossRun(seed: seed, commits: 40, fault: .acknowledgesFirst)
        let faults = try await run.faults(between: 80, limit: 1).faults
        #expect(faults.contains { $0.contains("was acknowledged") })
    }

    @Test("Noticed: a disk that forgets one write that it was told to sync")
    func forgottenWrite() async throws {
        let run = try await PowerLossRun(seed: 3, commits: 40)
        let log = try #require(run.lastLog)
        let writes = run.events.indices.filter { index in
            if case .write(log, _, _) = run.events[index] { true } else { false }
        }
        for event in writes.suffix(8) { #expect(try await run.fault(forgetting: event) != nil, "event \(event)") }
    }

    @Test("Noticed: half of a commit")
    func halfOfACommit() async throws {
        let run = try await PowerLossRun(seed: 4, commits: 30)
        let whole = run.truth.contents
        var half = whole
        half.instances.removeValue(forKey: try #require(half.instances.keys.min()))
        let earlier = try #require(whole.changes.last)
        #expect(run.truth.fault(of: half, history: [earlier], at: .max)?.contains("not what was committed") == true)
        #expect(run.truth.fault(of: whole, history: [earlier], at: .max)?.contains("history") == true)
    }
}

extension PowerLossRun {
    /// The number of the log that was used last.
    fileprivate var lastLog: Int? {
        self.events.compactMap { event -> Int? in
            if case .created(let name, let file) = event, name.hasSuffix("-wal") { file } else { nil }
        }.last
    }
}
