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
        let isAlone: Bool
        let commitWrites: Int

        /// - Parameters:
        ///   - isAlone: nobody else commits there: revisions are 1, 2, 3, …, and numbers are given out one by one. Else they only
        ///     grow.
        ///   - commitWrites: how many writes fit into one commit; larger groups are several, in order.
        ///   - make: an empty store of its own.
        ///   - reopen: closes a store and opens what it kept.
        public init(
            isAlone: Bool = true, commitWrites: Int = .max, make: @escaping @Sendable () async throws -> Store,
            reopen: @escaping @Sendable (Store) async throws -> Store
        ) {
            self.isAlone = isAlone
            self.commitWrites = commitWrites
            self.make = make
            self.reopen = reopen
        }

        /// Throws unless a commit's revision follows the one before, as it does in this kind of store.
        func requireNext(
            _ revision: Revision, after before: Revision, file: StaticString = #fileID, line: UInt = #line
        ) throws {
            try require(
                self.isAlone ? revision == before.next : revision > before,
                "revision \(revision) follows \(before)", file: file, line: line)
        }

        /// Throws unless no number up to `last` can be given out again.
        func requireNextNumber(
            _ number: Int64, after last: Int64, file: StaticString = #fileID, line: UInt = #line
        ) throws {
            try require(
                self.isAlone ? number == last + 1 : number > last, "number \(number) follows \(last)", file: file,
                line: line)
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

/// The one value that all are equal to; throws when there is none.
func requireOne<Value: Equatable>(
    _ values: [Value], file: StaticString = #fileID, line: UInt = #line
) throws -> Value {
    guard let first = values.first, values.allSatisfy({ $0 == first }) else {
        throw ConformanceFailure(description: "\(file):\(line): \(values) should be one value")
    }
    return first
}

/// Throws unless both are equal.
func requireEqual<Value: Equatable>(
    _ actual: Value, _ expected: Value, _ what: String, file: StaticString = #fileID, line: UInt = #line
) throws {
    try require(actual == expected, "\(what) is \(actual), and should be \(expected)", file: file, line: line)
}
