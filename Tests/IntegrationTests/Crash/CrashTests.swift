import Foundation
import RollcallClient
import ServerTestKit
import Testing

/// What was acknowledged is there after the server was killed, or stopped, in the middle of its work; revisions go on from
/// where they were; and watches miss nothing without being told so.
struct CrashTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test func killedAgainAndAgainTheServerLosesNothingThatItAcknowledged() async throws {
        let seed = Self.number("ROLLCALL_SEED") ?? UInt64.random(in: 0...UInt64.max)
        let rounds = Self.number("ROLLCALL_CRASH_ROUNDS") ?? 20
        print("crashes: ROLLCALL_SEED=\(seed), \(rounds) rounds")
        var run = try CrashRun(seed: seed)
        for _ in 0..<rounds {
            try await run.round(endingBy: .kill)
            // What comes later would only repeat it.
            guard run.violations.isEmpty else { break }
        }
        try await run.round(endingBy: .gracefulStop)
        try await run.finish()
        #expect(run.violations.isEmpty, "ROLLCALL_SEED=\(seed): \(run.violations.prefix(20).joined(separator: "\n"))")
        #expect(run.acknowledged > 1_000, "\(run.acknowledged) writes were acknowledged")
        let shortfalls = run.coverage.shortfalls(rounds: Int(rounds))
        #expect(shortfalls.isEmpty, "ROLLCALL_SEED=\(seed): \(shortfalls.joined(separator: "; "))")
        #expect(run.reads.count > rounds, "\(run.reads.count) writes were read back")
        print("crashes: \(run.acknowledged) writes acknowledged, \(run.reads.count) read back, \(run.coverage)")
    }

    /// The same run with a fault: between two rounds the data are put back to what they were before.
    @Test func aServerThatForgetsWhatItAcknowledgedIsNoticed() async throws {
        var run = try CrashRun(seed: 1)
        try await run.round(endingBy: .kill)
        let copy = try run.copyOfData()
        try await run.round(endingBy: .kill, isSeenByAll: true)
        #expect(run.violations.isEmpty)
        try run.restore(copy)
        try await run.finish()
        #expect(!run.writes.violations.isEmpty)
        #expect(!run.revisions.violations.isEmpty)
        #expect(!run.watchViolations.isEmpty)
    }
}
