/// The status codes that an http check takes for a pass: codes and ranges of codes, `200-299,301`.
public struct ExpectedStatus: Sendable, Hashable {
    private let ranges: [ClosedRange<Int>]

    /// Every code that HTTP has room for.
    private static let codes = 100...599
    private static let mostRanges = 16

    /// Nil for anything else, or for more than 16 ranges.
    public init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= Self.mostRanges else { return nil }
        var ranges: [ClosedRange<Int>] = []
        for part in parts {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count <= 2, let first = ends.first.flatMap({ Self.code($0) }),
                let last = ends.last.flatMap({ Self.code($0) }), first <= last
            else { return nil }
            ranges.append(first...last)
        }
        self.ranges = ranges
    }

    public func contains(_ code: Int) -> Bool { self.ranges.contains { $0.contains(code) } }

    private static func code(_ text: Substring) -> Int? {
        guard text.utf8.count == 3, text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
            return nil
        }
        return Int(text).flatMap { self.codes.contains($0) ? $0 : nil }
    }
}
