/// A version as it is written, in which parts may be missing or `x`: what an instance's version and a range's are read as.
struct PartialVersion {
    /// Nil, as are those after it, from the first part that is missing or `x`.
    private(set) var major: Int64?
    private(set) var minor: Int64?
    private(set) var patch: Int64?
    private(set) var preRelease = ""
    /// Whether one of the parts is `x`, `X` or `*`.
    private(set) var hasWildcard = false

    /// Nil when `text` is none, or longer than ``Limits/versionRangeBytes``.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Limits.versionRangeBytes.upperBound else { return nil }
        var rest = Substring(text).utf8
        if rest.first == UInt8(ascii: "v") { rest.removeFirst() }
        guard self.readNumbers(&rest) else { return nil }
        if rest.first == UInt8(ascii: "-") {
            rest.removeFirst()
            guard !self.hasWildcard, let preRelease = Self.readIdentifiers(&rest, allowingLeadingZeros: false) else {
                return nil
            }
            self.preRelease = preRelease
            self.minor = self.minor ?? 0
            self.patch = self.patch ?? 0
        }
        if rest.first == UInt8(ascii: "+") {
            rest.removeFirst()
            guard Self.readIdentifiers(&rest, allowingLeadingZeros: true) != nil else { return nil }
        }
        guard rest.isEmpty else { return nil }
    }

    var isComplete: Bool { self.patch != nil }

    /// The lowest version that it stands for: what is missing is 0.
    var lowest: Version {
        Version(major: self.major ?? 0, minor: self.minor ?? 0, patch: self.patch ?? 0, preRelease: self.preRelease)
    }

    /// The lowest version, pre-releases counted, above all that it stands for; nil when it stands for all, or for one.
    var successor: Version? {
        guard let major else { return nil }
        guard let minor else { return Version(major: major + 1, minor: 0, patch: 0, preRelease: "0") }
        return self.isComplete ? nil : Version(major: major, minor: minor + 1, patch: 0, preRelease: "0")
    }

    /// Up to three parts, joined by dots.
    private mutating func readNumbers(_ rest: inout Substring.UTF8View) -> Bool {
        for index in 0...2 {
            if let first = rest.first, Self.isWildcard(first) {
                rest.removeFirst()
                self.hasWildcard = true
            } else {
                guard let number = Self.readNumber(&rest) else { return false }
                self.setPart(index, to: number)
            }
            guard index < 2, rest.first == UInt8(ascii: ".") else { break }
            rest.removeFirst()
        }
        return true
    }

    private mutating func setPart(_ index: Int, to number: Int64) {
        // npm: what follows an `x` does not count.
        if self.hasWildcard { return }
        switch index {
        case 0: self.major = number
        case 1: self.minor = number
        default: self.patch = number
        }
    }

    /// Digits without a leading zero, at most ``Limits/largestInteger``.
    private static func readNumber(_ rest: inout Substring.UTF8View) -> Int64? {
        let digits = rest.prefix(while: self.isDigit)
        guard (1...16).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else {
            return nil
        }
        let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        guard value <= Limits.largestInteger else { return nil }
        rest = rest.dropFirst(digits.count)
        return value
    }

    /// Letters, digits and hyphens, joined by dots, none of them empty.
    private static func readIdentifiers(_ rest: inout Substring.UTF8View, allowingLeadingZeros: Bool) -> String? {
        let text = rest.prefix { Names.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        for identifier in text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            if identifier.isEmpty { return nil }
            if !allowingLeadingZeros, identifier.count > 1, identifier.first == UInt8(ascii: "0"),
                identifier.allSatisfy(self.isDigit)
            {
                return nil
            }
        }
        rest = rest.dropFirst(text.count)
        return String(Substring(text))
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isWildcard(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "x") || byte == UInt8(ascii: "X") || byte == UInt8(ascii: "*")
    }
}
