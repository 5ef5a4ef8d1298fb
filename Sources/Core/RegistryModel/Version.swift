/// A semantic version (semver.org, 2.0.0), read as npm reads it, but that missing parts are 0: `v1.2` is 1.2.0.
///
/// Build metadata (`+…`) is read and does not count: versions that differ in nothing else are equal.
public struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Each part is 0 to ``Limits/largestInteger``, as in npm.
    public let major: Int64
    public let minor: Int64
    public let patch: Int64
    /// The identifiers after the hyphen, joined by dots; empty for a release.
    public let preRelease: String

    /// Reads `1.2.3-beta.1+build`, with an optional leading `v`; nil for anything else, or beyond 256 bytes.
    public init?(_ text: String) {
        guard let partial = PartialVersion(text), !partial.hasWildcard else { return nil }
        self = partial.lowest
    }

    init(major: Int64, minor: Int64, patch: Int64, preRelease: String = "") {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.preRelease = preRelease
    }

    public var description: String {
        let numbers = "\(self.major).\(self.minor).\(self.patch)"
        return self.preRelease.isEmpty ? numbers : "\(numbers)-\(self.preRelease)"
    }

    /// Precedence as in semver.org, point 11: a pre-release comes before its release.
    public static func < (left: Version, right: Version) -> Bool {
        if left.major != right.major { return left.major < right.major }
        if left.minor != right.minor { return left.minor < right.minor }
        if left.patch != right.patch { return left.patch < right.patch }
        if left.preRelease.isEmpty || right.preRelease.isEmpty {
            return !left.preRelease.isEmpty && right.preRelease.isEmpty
        }
        return self.isPreRelease(left.preRelease, before: right.preRelease)
    }

    /// Whether this and `other` are the same but for the pre-release.
    func hasSameNumbers(as other: Version) -> Bool {
        self.major == other.major && self.minor == other.minor && self.patch == other.patch
    }

    private static func isPreRelease(_ left: String, before right: String) -> Bool {
        let dot = UInt8(ascii: ".")
        var left = Substring(left).utf8
        var right = Substring(right).utf8
        while !left.isEmpty, !right.isEmpty {
            let leftIdentifier = left.prefix { $0 != dot }
            let rightIdentifier = right.prefix { $0 != dot }
            if !leftIdentifier.elementsEqual(rightIdentifier) {
                return self.isIdentifier(leftIdentifier, before: rightIdentifier)
            }
            left = left.dropFirst(leftIdentifier.count + 1)
            right = right.dropFirst(rightIdentifier.count + 1)
        }
        return !right.isEmpty
    }

    /// Numbers come before words. Numbers have no leading zeros, so the longer one is the greater, whatever its size.
    private static func isIdentifier(_ left: Substring.UTF8View, before right: Substring.UTF8View) -> Bool {
        let leftIsNumber = left.allSatisfy(PartialVersion.isDigit)
        let rightIsNumber = right.allSatisfy(PartialVersion.isDigit)
        if leftIsNumber != rightIsNumber { return leftIsNumber }
        if leftIsNumber, left.count != right.count { return left.count < right.count }
        return left.lexicographicallyPrecedes(right)
    }
}
