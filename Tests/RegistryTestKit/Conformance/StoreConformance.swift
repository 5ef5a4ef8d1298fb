public import RegistryCatalog
import RegistryModel

/// What every store must do, as named checks that a test target runs on each of them.
///
/// ```swift
/// @Test(arguments: StoreConformance.checks) func conforms(_ check: StoreConformance.Check) async throws {
///     try await check.run(on: subject)
/// }
/// ```
public enum StoreConformance {
    public typealias Store = any CatalogStore & RecordLog

    /// How to make the store that is checked.
    public struct Subject: Sendable {
        let make: @Sendable () async throws -> Store
        let reopen: @Sendable (Store) async throws -> Store

        /// - Parameters:
        ///   - make: an empty store of its own.
        ///   - reopen: closes a store and opens what it kept.
        public init(
            make: @escaping @Sendable () async throws -> Store,
            reopen: @escaping @Sendable (Store) async throws -> Store
        ) {
            self.make = make
            self.reopen = reopen
        }
    }

    /// One thing that a store must do.
    public struct Check: Sendable, CustomStringConvertible {
        /// A sentence that says what.
        public let description: String
        private let body: @Sendable (Subject) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (Subject) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Throws ``ConformanceFailure`` when the store does not do it.
        public func run(on subject: Subject) async throws { try await self.body(subject) }
    }

    public static let checks: [Check] =
        contentChecks + overrideChecks + conflictChecks + streamChecks + historyChecks + trimChecks
}

/// What a store did otherwise than it must.
public struct ConformanceFailure: Error, CustomStringConvertible {
    public let description: String
}

/// Throws unless `condition` holds.
func require(
    _ condition: Bool, _ expectation: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) throws {
    if !condition { throw ConformanceFailure(description: "\(file):\(line): \(expectation())") }
}

/// Throws unless both are equal.
func requireEqual<Value: Equatable>(
    _ actual: Value, _ expected: Value, _ what: String, file: StaticString = #fileID, line: UInt = #line
) throws {
    try require(actual == expected, "\(what) is \(actual), and should be \(expected)", file: file, line: line)
}
