/// Finds what a user probably meant: the known name with the fewest edits from a mistyped one.
public enum NearestName {
    /// Longer names are not compared: a user's text must not buy quadratic work.
    private static let longestCompared = 128

    /// The nearest of `candidates`, the first when several are as near; nil when there are none or `name` is over 128 bytes.
    public static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(name.utf8)
        guard typed.count <= Self.longestCompared else { return nil }
        var nearest: (name: String, edits: Int)?
        for candidate in candidates where candidate.utf8.count <= Self.longestCompared {
            let edits = Self.edits(from: typed, to: Array(candidate.utf8))
            if edits < nearest?.edits ?? .max { nearest = (candidate, edits) }
        }
        return nearest?.name
    }

    /// The number of insertions, deletions, substitutions and swaps of neighbours that turn one text into the other:
    /// the optimal string alignment distance (Damerau 1964, without edits inside a swapped pair).
    static func edits(from left: [UInt8], to right: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            row.reserveCapacity(right.count + 1)
            for j in right.indices {
                let substitution = last[j] + (left[i] == right[j] ? 0 : 1)
                var best = min(substitution, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
