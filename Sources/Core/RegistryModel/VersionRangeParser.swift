/// Turns the text of a range into comparators. The bounds that `^`, `~`, `x` and ` - ` come to are those of npm's README.
struct VersionRangeParser {
    typealias Comparator = VersionRange.Comparator

    private enum Sign: String, CaseIterable {
        // Longer ones first: `<=` is not `<`. Ruby's `~>` is npm's `~`.
        case atMost = "<="
        case atLeast = ">="
        case rubyTilde = "~>"
        case less = "<"
        case greater = ">"
        case equal = "="
        case caret = "^"
        case tilde = "~"
    }

    private var count = 0

    mutating func alternatives(in text: String) throws(RegistryError) -> [[Comparator]] {
        guard text.utf8.count <= Limits.versionRangeBytes.upperBound else {
            throw self.fault("has \(text.utf8.count) bytes; a range has at most \(Limits.versionRangeBytes.upperBound)")
        }
        var result: [[Comparator]] = []
        var rest = Substring(text)
        while true {
            let end = rest.firstRange(of: "||")
            let words = rest[..<(end?.lowerBound ?? rest.endIndex)].split(separator: " ")
            guard !words.isEmpty else {
                throw self.fault(
                    "has nothing \(end == nil ? "after" : "before") `||`, or is empty; write `*` for every version")
            }
            result.append(try self.comparators(of: words))
            guard let end else { return result }
            rest = rest[end.upperBound...]
        }
    }

    /// All that one alternative comes to.
    private mutating func comparators(of words: [Substring]) throws(RegistryError) -> [Comparator] {
        if words.count == 3, words[1] == "-" {
            return try self.counted(self.between(self.version(words[0]), self.version(words[2])))
        }
        var result: [Comparator] = []
        var pending: Sign?
        for word in words {
            let sign = pending ?? Sign.allCases.first { word.hasPrefix($0.rawValue) }
            let version = pending == nil ? word.dropFirst(sign?.rawValue.count ?? 0) : word
            pending = nil
            if let sign, version.isEmpty {
                // npm lets a space follow the sign.
                pending = sign
            } else {
                result += try self.counted(self.comparators(sign, self.version(version)))
            }
        }
        if let pending { throw self.fault("ends with `\(pending.rawValue)`; a version must follow") }
        return result
    }

    private func comparators(_ sign: Sign?, _ version: PartialVersion) -> [Comparator] {
        switch sign {
        case nil: self.anyOf(version)
        case .equal: version.hasWildcard ? self.anyOf(version) : [Comparator(.equal, version.lowest)]
        case .caret: self.caret(version)
        case .tilde, .rubyTilde: self.tilde(version)
        case .atLeast: version.major == nil ? [] : [Comparator(.atLeast, version.lowest)]
        case .less: [Comparator(.less, version.hasWildcard ? self.firstOf(version) : version.lowest)]
        case .atMost: version.hasWildcard ? self.below(version.successor) : [Comparator(.atMost, version.lowest)]
        case .greater: version.hasWildcard ? [self.above(version)] : [Comparator(.greater, version.lowest)]
        }
    }

    private func anyOf(_ version: PartialVersion) -> [Comparator] {
        if version.isComplete { return [Comparator(.equal, version.lowest)] }
        return version.major == nil ? [] : [Comparator(.atLeast, version.lowest)] + self.below(version.successor)
    }

    private func tilde(_ version: PartialVersion) -> [Comparator] {
        guard let major = version.major else { return [] }
        guard let minor = version.minor else { return self.anyOf(version) }
        let end = Version(major: major, minor: minor + 1, patch: 0, preRelease: "0")
        return [Comparator(.atLeast, version.lowest), Comparator(.less, end)]
    }

    private func caret(_ version: PartialVersion) -> [Comparator] {
        guard let major = version.major else { return [] }
        let end: Version? =
            if major > 0 {
                Version(major: major + 1, minor: 0, patch: 0, preRelease: "0")
            } else if let minor = version.minor, minor > 0 {
                Version(major: 0, minor: minor + 1, patch: 0, preRelease: "0")
            } else if let patch = version.patch {
                Version(major: 0, minor: 0, patch: patch + 1, preRelease: "0")
            } else {
                version.successor
            }
        return [Comparator(.atLeast, version.lowest)] + self.below(end)
    }

    private func between(_ first: PartialVersion, _ last: PartialVersion) -> [Comparator] {
        let start = first.major == nil ? [] : [Comparator(.atLeast, first.lowest)]
        return start + (last.isComplete ? [Comparator(.atMost, last.lowest)] : self.below(last.successor))
    }

    private func below(_ end: Version?) -> [Comparator] { end.map { [Comparator(.less, $0)] } ?? [] }

    /// Before any version that it stands for: pre-releases of its lowest count as its own.
    private func firstOf(_ version: PartialVersion) -> Version {
        let lowest = version.lowest
        return Version(major: lowest.major, minor: lowest.minor, patch: lowest.patch, preRelease: "0")
    }

    /// Above every version that it stands for. Nothing is above `*`.
    private func above(_ version: PartialVersion) -> Comparator {
        guard let next = version.successor else { return Comparator(.less, self.firstOf(version)) }
        return Comparator(.atLeast, Version(major: next.major, minor: next.minor, patch: next.patch))
    }

    private func version(_ word: Substring) throws(RegistryError) -> PartialVersion {
        if let version = PartialVersion(word) { return version }
        throw self.fault("has \"\(FieldCheck.excerpt(String(word)))\" where a version such as 1.2.3, 1.x or * must be")
    }

    private mutating func counted(_ comparators: [Comparator]) throws(RegistryError) -> [Comparator] {
        self.count += comparators.count
        guard self.count <= Limits.versionComparators else {
            throw self.fault("has more than \(Limits.versionComparators) comparators; ask for fewer versions at once")
        }
        return comparators
    }

    private func fault(_ message: String) -> RegistryError {
        .invalid([FieldError(field: "version", message: message)])
    }
}
