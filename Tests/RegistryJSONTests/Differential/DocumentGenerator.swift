import RegistryTestKit

/// Texts that are JSON, from every rule of the grammar and mostly from its edges.
struct DocumentGenerator {
    private var generator: SeededGenerator
    private var bytes: [UInt8] = []

    init(seed: UInt64) { self.generator = SeededGenerator(seed: seed) }

    /// A text; every third is damaged.
    mutating func document() -> [UInt8] {
        self.bytes.removeAll(keepingCapacity: true)
        self.space()
        if Int.random(in: 0..<200, using: &self.generator) == 0 { self.nested() } else { self.value(depth: 0) }
        self.space()
        var document = self.bytes
        if Int.random(in: 0..<3, using: &self.generator) == 0 { Mutation.mutate(&document, &self.generator) }
        return document
    }

    /// One of `originals`, damaged.
    mutating func damaged(_ originals: [[UInt8]]) -> [UInt8] {
        var document = originals.randomElement(using: &self.generator) ?? []
        Mutation.mutate(&document, &self.generator)
        return document
    }

    /// Nested to about the limit.
    private mutating func nested() {
        let depth = Int.random(in: 30...36, using: &self.generator)
        for _ in 0..<depth { self.put("[") }
        self.string()
        for _ in 0..<depth { self.put("]") }
    }

    /// Few texts have what is JSON to Foundation and to nobody else.
    private mutating func commaTooMany() {
        if Int.random(in: 0..<200, using: &self.generator) == 0 { self.put(",") }
    }

    private mutating func value(depth: Int) {
        let roll = Int.random(in: 0..<(depth == 0 ? 6 : 10), using: &self.generator)
        switch roll {
        case 0...2 where depth < 5: self.object(depth)
        case 3...4 where depth < 5: self.array(depth)
        case 5...6: self.string()
        case 7...8: self.number()
        default: self.put(["null", "true", "false"])
        }
    }

    private mutating func object(_ depth: Int) {
        self.put("{")
        for index in 0..<Int.random(in: 0...3, using: &self.generator) {
            self.put(index > 0 ? "," : "")
            self.space()
            if Bool.random(using: &self.generator) {
                self.put(["\"a\"", "\"b\"", "\"\\u0061\"", "\"\""])
            } else {
                self.string()
            }
            self.space()
            self.put(":")
            self.space()
            self.value(depth: depth + 1)
            self.space()
        }
        self.commaTooMany()
        self.put("}")
    }

    private mutating func array(_ depth: Int) {
        self.put("[")
        for index in 0..<Int.random(in: 0...3, using: &self.generator) {
            self.put(index > 0 ? "," : "")
            self.space()
            self.value(depth: depth + 1)
            self.space()
        }
        self.commaTooMany()
        self.put("]")
    }

    private mutating func string() {
        self.put("\"")
        for _ in 0..<Int.random(in: 0...4, using: &self.generator) {
            self.put([
                "a", "abcdefgh", "é", "€", "🦑", "\u{7F}", "\u{85}", "\u{2028}", "\u{FFFF}", "\u{10FFFF}", "e\u{301}",
                "\\\"", "\\\\",
                "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0000", "\\u001F", "\\u00e9", "\\u20AC", "\\ud83e\\uDD91",
                "\\uFFFF",
                "\\udbff\\udfff", "\\uD7FF", "\\ue000", "\u{FEFF}", "'", "/", ",", "]", "}", ":",
            ])
        }
        self.put("\"")
    }

    private mutating func number() {
        if Int.random(in: 0..<4, using: &self.generator) == 0 {
            return self.put([
                "0", "-0", "-0.0", "9007199254740991", "9007199254740993.0", "9223372036854775807",
                "9223372036854775808",
                "-9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e308",
                "1.7976931348623157e308", "1e309",
                "-1e999", "4.9e-324", "1e-400", "0e99999", "0.1", "1e22", "1e23", "100e-2", "1E+2", "5e-1",
                "123456789.123456789",
            ])
        }
        self.put(["", "-"])
        self.put(["0", "1", "9", "10", "12345", "999999999999999999", "123456789012345678901234"])
        if Bool.random(using: &self.generator) {
            self.put([".0", ".5", ".25", ".000001", ".10", ".123456789012345678"])
        }
        if Int.random(in: 0..<3, using: &self.generator) == 0 {
            self.put(["e0", "e1", "E5", "e+10", "e-3", "e-20", "e100"])
        }
    }

    private mutating func space() {
        if Int.random(in: 0..<6, using: &self.generator) == 0 { self.put([" ", "\n", "\t", "\r\n", "   "]) }
    }

    private mutating func put(_ choices: [StaticString]) {
        let text = choices[Int.random(in: 0..<choices.count, using: &self.generator)]
        self.put(text)
    }

    private mutating func put(_ text: StaticString) {
        self.bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
