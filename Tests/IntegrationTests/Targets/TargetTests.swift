import AsyncHTTPClient
import Foundation
import RollcallClient
import ServerTestKit
import Synchronization
import Testing

/// 200 real targets that die, hang and come back at random, and what users see of it.
struct TargetTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    /// A round is ten seconds.
    @Test func whatIsWellIsUpAndWhatIsDeadIsNot() async throws {
        let seed = Self.number("ROLLCALL_SEED") ?? UInt64.random(in: 0...UInt64.max)
        let rounds = Self.number("ROLLCALL_HEALTH_ROUNDS") ?? 12
        print("targets: ROLLCALL_SEED=\(seed), \(rounds) rounds")
        let directory = try TemporaryDirectory()
        try await TargetSupervisor.run { supervisor in
            let fleet = try await TargetFleet.start(supervisor)
            try await LiveServer.run(directory: directory.path) { server in
                try await server.withClient(.patient) { client in
                    try await HTTPClient.withManyConnections { http in
                        let run = TargetRun(fleet: fleet, client: client, http: http, server: server, seed: seed)
                        try await run.run(for: .seconds(10 * Int(rounds)))
                        Self.judge(run, seed: seed, rounds: Int(rounds))
                    }
                }
            }
            try await LiveServer.run(directory: directory.path) { server in
                try await server.withClient(.patient) { try await fleet.overrideHolds($0, incarnation: 1_000) }
            }
        }
    }

    private static func judge(_ run: TargetRun, seed: UInt64, rounds: Int) {
        let (checker, beats, done, refusals, lag) = run.state.withLock {
            ($0.checker, $0.beats, $0.done, $0.refusals, $0.longestLag)
        }
        let judgement = checker.judge(beats.accusations)
        let violations = judgement.violations + beats.violations
        #expect(violations.isEmpty, "ROLLCALL_SEED=\(seed): \(violations.prefix(20).joined(separator: "\n"))")
        // Enough was done, and enough was seen of it, for that to mean something.
        for action in TargetAction.allCases { #expect(done[action, default: 0] >= rounds / 2, "\(action) in \(done)") }
        #expect(checker.claimsWell > 1_000 * rounds, "\(checker.claimsWell) sights of targets that were well")
        #expect(checker.claimsIll > 20 * rounds, "\(checker.claimsIll) sights of targets that were dead")
        #expect(judgement.excused * 100 <= checker.claimsWell + checker.claimsIll, "\(judgement.excused) were excused")
        #expect(checker.losses > 10 * rounds, "\(checker.losses) were found DOWN or left a watch's view")
        #expect(refusals >= rounds / 4)
        #expect(beats.expiries > 0)
        print(
            "targets: \(done), \(checker.sights) sights, \(checker.claimsWell) had to be UP, \(checker.claimsIll) had to be "
                + "DOWN, \(checker.losses) losses, \(refusals) refusals, \(judgement.excused) excused, longest lag \(lag)"
        )
    }
}
