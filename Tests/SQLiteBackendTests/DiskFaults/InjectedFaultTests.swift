import Foundation
import RegistryTestKit
import Testing

/// Writes, syncs, truncations and deletions of a whole run fail, each in a run of its own: once, some in a row, or all from
/// there until the disk recovers.
@Suite("A disk that fails")
struct InjectedFaultTests {
    private static let step = 8

    @Test(
        "Nothing is acknowledged that is not there, and it goes on when the disk does",
        arguments: [ENOSPC, EIO, EROFS])
    func everyOperation(error: Int32) async throws {
        for seed in DiskTestRun.seeds("\(String(cString: strerror(error)))") {
            var sound = try await FaultyDiskRun(seed: seed, fault: nil)
            try await sound.run()
            #expect(sound.faults.isEmpty)
            #expect(sound.refusals == 0)
            var generator = SeededGenerator(seed: seed &+ UInt64(error))
            var refusals = 0
            // Some operations each time, others with the next seed.
            let first = Int.random(in: 1...Self.step, using: &generator)
            for operation in stride(from: first, through: sound.operations, by: Self.step) {
                let lengths = [0, 0, 3, Int.max - operation]
                let last = operation + (lengths.randomElement(using: &generator) ?? 0)
                let fault = DiskFault(error: error, operations: operation...last)
                var run = try await FaultyDiskRun(seed: seed, fault: fault)
                try await run.run()
                #expect(run.faults.isEmpty, "ROLLCALL_SEED=\(seed)")
                refusals += run.refusals
            }
            #expect(refusals > 5, "\(refusals) commits were refused")
        }
    }

    // MARK: What is wrong is noticed

    @Test("Noticed: a refusal that is taken for a commit")
    func refusalTakenForCommit() async throws {
        var run = try await FaultyDiskRun(
            seed: 1, fault: DiskFault(error: ENOSPC, operations: 20...(.max)), mistake: .takesRefusalsForCommits)
        try await run.run()
        #expect(run.faults.contains { $0.contains("was acknowledged") })
    }

    @Test("Noticed: a failed sync of which nobody is told")
    func hiddenSyncFailure() async throws {
        var run = try await FaultyDiskRun(
            seed: 1, fault: DiskFault(error: EIO, operations: 1...(.max), isHidden: true))
        try await run.run()
        #expect(run.faults.contains { $0.contains("after a power loss") })
    }
}
