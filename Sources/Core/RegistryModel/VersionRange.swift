/// A set of versions, written as npm writes it (https://github.com/npm/node-semver, "Ranges").
///
/// - Comparators `<` `<=` `>` `>=` `=`; their missing parts are 0: `>1.2` is `>1.2.0`. (npm reads `>1.x` there.)
/// - `^1.2.3` does not change the leftmost part that is not 0, `~1.2.3` changes the patch only.
/// - `1.x`, `1.*`, `*`, and a version without comparator whose last parts are missing: any number there.
/// - `1.2 - 2.3.4`: from the one to the other.
/// - A space joins what must all hold, `||` what may each hold.
///
/// A pre-release is in a range only if one of the comparators that admit it has a pre-release of the same three numbers.
public struct VersionRange: Sendable, Hashable, CustomStringConvertible {
    struct Comparator: Sendable, Hashable {
        enum Relation: String, Sendable {
            case less = "<"
            case atMost = "<="
            case equal = "="
            case atLeast = ">="
            case greater = ">"
        }

        let relation: Relation
        let version: Version

        init(_ relation: Relation, _ version: Version) {
            self.relation = relation
            self.version = version
        }

        func admits(_ candidate: Version) -> Bool {
            switch self.relation {
            case .less: candidate < self.version
            case .atMost: candidate <= self.version
            case .equal: candidate == self.version
            case .atLeast: candidate >= self.version
            case .greater: candidate > self.version
            }
        }
    }

    /// Of the outer ones any, of the inner ones all must admit a version; an empty inner one admits every release.
    private let alternatives: [[Comparator]]

    /// Throws `invalid` with the field `version` when `text` is no range, or larger than ``Limits`` allow.
    public init(_ text: String) throws(RegistryError) {
        var parser = VersionRangeParser()
        self.alternatives = try parser.alternatives(in: text)
    }

    public func contains(_ version: Version) -> Bool {
        self.alternatives.contains { comparators in
            comparators.allSatisfy { $0.admits(version) }
                && (version.preRelease.isEmpty
                    || comparators.contains {
                        !$0.version.preRelease.isEmpty && $0.version.hasSameNumbers(as: version)
                    })
        }
    }

    /// The comparators that it comes to: `^1.2` is `>=1.2.0 <2.0.0-0`.
    public var description: String {
        self.alternatives.map { comparators in
            comparators.isEmpty
                ? "*" : comparators.map { "\($0.relation.rawValue)\($0.version)" }.joined(separator: " ")
        }.joined(separator: " || ")
    }
}
