import Foundation

/// How the tests of disks run: with a new seed each time, and as often as one likes.
enum DiskTestRun {
    /// `ROLLCALL_SEED` replays a run.
    static let seed =
        ProcessInfo.processInfo.environment["ROLLCALL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)

    private static let rounds =
        ProcessInfo.processInfo.environment["ROLLCALL_DISK_ROUNDS"].flatMap { UInt64($0) } ?? 1

    /// One seed for each round, printed when it begins.
    static func seeds(_ what: String) -> some Sequence<UInt64> {
        (0..<self.rounds).lazy.map { round in
            let seed = self.seed &+ round
            print("\(what): ROLLCALL_SEED=\(seed)")
            return seed
        }
    }
}
