/// Rows under a head line, in aligned columns two blanks apart. No colour, no frame, nothing after the last column.
struct Table: Sendable, CustomStringConvertible {
    private let head: [String]
    private var rows: [[String]] = []

    init(_ head: String...) { self.head = head }

    /// As many cells as the head has. An empty one is shown as `-`, so that columns can be told apart by programs too.
    mutating func add(_ cells: String...) {
        self.rows.append(cells.map { $0.isEmpty ? "-" : Self.printable($0) })
    }

    var isEmpty: Bool { self.rows.isEmpty }

    var description: String {
        let lines = [self.head] + self.rows
        let widths = self.head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            var line = ""
            for (column, cell) in cells.enumerated() {
                line += cell
                if column + 1 < cells.count { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            return line + "\n"
        }.joined()
    }

    /// Other people's text, with everything that could move the cursor or colour the screen replaced.
    static func printable(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { !Self.isControl($0) }
        if isPlain { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { Self.isControl($0) ? "?" : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
