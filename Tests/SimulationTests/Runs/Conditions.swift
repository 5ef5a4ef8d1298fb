import Foundation
import Testing

/// What the environment of a run has to be, and what it may ask for.
enum Conditions {
    private static let environment = ProcessInfo.processInfo.environment

    /// A seed leads to the same run only if sets and dictionaries have the same order in each process.
    static func require(sourceLocation: SourceLocation = #_sourceLocation) throws {
        try #require(
            self.environment["SWIFT_DETERMINISTIC_HASHING"] != nil,
            "The simulation needs SWIFT_DETERMINISTIC_HASHING=1 in its environment: run it with `make simulate`.",
            sourceLocation: sourceLocation)
    }

    private static func number(_ name: String) -> UInt64? { Self.environment[name].flatMap { UInt64($0) } }

    /// The one seed that is asked for (`make simulate SEED=7`), or the fixed ones, and as many random ones as are asked for.
    static let seeds: [UInt64] = {
        if let seed = Self.number("SIMULATION_SEED") { return [seed] }
        let rounds = Self.number("SIMULATION_ROUNDS") ?? 1
        return Array(1...9) + (0..<rounds).map { _ in UInt64.random(in: 10...999_999_999) }
    }()

    /// The same for a cluster, whose runs take longer: two random ones.
    static let clusterSeeds: [UInt64] = {
        if let seed = Self.number("SIMULATION_SEED") { return [seed] }
        let rounds = Self.number("SIMULATION_ROUNDS") ?? 2
        return Array(1...8) + (0..<rounds).map { _ in UInt64.random(in: 9...999_999_999) }
    }()

    static let commands = Int(Self.number("SIMULATION_COMMANDS") ?? 10_000)

    /// Whether what happened is to be printed with a violation (`make simulate SEED=7 VERBOSE=1`).
    static let isVerbose = Self.number("SIMULATION_VERBOSE") != nil

    static func command(seed: UInt64) -> String { "make simulate SEED=\(seed) COMMANDS=\(Self.commands) VERBOSE=1" }
}
