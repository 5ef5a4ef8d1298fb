/// Rows of cells under a header.
public struct Table: Sendable {
    private let header: [String]
    private var rows: [[String]] = []

    public init(_ header: [String]) { self.header = header }

    /// Missing cells at the end stay empty.
    public mutating func append(_ cells: [String]) {
        self.rows.append(cells + Array(repeating: "", count: Swift.max(0, self.header.count - cells.count)))
    }

    /// In columns, for a terminal.
    public var text: String {
        let widths = self.header.indices.map { column in
            ([self.header] + self.rows).map { $0[column].count }.max() ?? 0
        }
        let rule = widths.map { String(repeating: "-", count: $0) }
        return ([self.header, rule] + self.rows).map { cells in
            let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    public var markdown: String {
        let lines = [self.header, self.header.map { _ in "---" }] + self.rows
        return lines.map { "| " + $0.map(Self.escaped).joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    private static func escaped(_ cell: String) -> String {
        cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
