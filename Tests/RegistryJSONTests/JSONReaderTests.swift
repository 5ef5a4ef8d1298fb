import RegistryJSON
import Testing

@Suite struct JSONReaderTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "-1", "12345678901234567890123", "1.5", "1e3", "1E+3", "1e-3", "0.0e0",
        "\"\"", "\"a\"", #""\"\\\/\b\f\n\r\t\u00e9""#, #""\ud83e\uDD91""#, "\"\u{7F}é\u{20AC}\u{1F991}\u{10FFFF}\"",
        "[]",
        "{}", " [ ] ", "[1,2]", "{\"a\":1}", "{\"a\":1,\"a\":2}", "{\"\":[{},[],null]}", "\t\r\n 1 \t\r\n",
        #"{"\u0061":{"b":[true,false,null,"x",-1.25e2]}}"#,
    ])
    func takesEveryJSONText(text: String) throws { try parse(Array(text.utf8)) }

    @Test(arguments: [
        ("", "expected a value"), ("   ", "expected a value"), ("nul", "expected null"), ("nulL", "expected null"),
        ("tru", "expected true or false"), ("TRUE", "expected a value"), ("undefined", "expected a value"),
        ("'a'", "expected a value"), ("// no\n1", "expected a value"), ("NaN", "expected a value"),
        ("Infinity", "expected a value"), ("-Infinity", "expected a digit"), ("+1", "expected a value"),
        ("01", "leading zero"), ("-01", "leading zero"), ("00", "leading zero"), ("-", "expected a digit"),
        ("1.", "expected a digit after the point"), (".5", "expected a value"), ("1.e3", "expected a digit"),
        ("1e", "expected a digit of the exponent"), ("1e+", "expected a digit of the exponent"),
        ("0x10", "nothing after the end"), ("1 2", "nothing after the end"), ("{}x", "nothing after the end"),
        ("[]]", "nothing after the end"), ("1,", "nothing after the end"), ("[1,]", "a value after the comma"),
        ("[,1]", "expected a value"), ("[1 2]", "expected a comma or `]`"), ("[1,,2]", "expected a value"),
        ("[", "text ends"), ("[1", "text ends"), ("{", "text ends"), ("{\"a\"", "text ends"), ("{\"a\":", "text ends"),
        ("{\"a\":1", "text ends"), ("{\"a\":1,", "text ends"), ("{\"a\":1,}", "a field's name in quotes"),
        ("{,}", "a field's name in quotes"), ("{a:1}", "a field's name in quotes"), ("{\"a\" 1}", "a colon"),
        ("{\"a\":1 \"b\":2}", "expected a comma or `}`"), ("{\"a\":,}", "expected a value"),
        ("{1:2}", "a field's name"),
        ("[1}", "expected a comma or `]`"), ("{\"a\":1]", "expected a comma or `}`"), ("]", "expected a value"),
        ("\"", "within a string"), ("\"abc", "within a string"), ("\"abcdefgh", "within a string"),
        ("\"\\\"", "within a string"), ("\"\\", "text ends"), ("\"\\x\"", "after the backslash"),
        ("\"\\u12\"", "four hex digits"), ("\"\\u12g4\"", "four hex digits"), ("\"\\U0041\"", "after the backslash"),
        ("\"\n\"", "control character"), ("\"\u{0}\"", "control character"),
        ("\"abcdefgh\u{1F}\"", "control character"),
        (#""\ud800""#, "surrogate"), (#""\udc00""#, "surrogate"), (#""\ud800\n""#, "surrogate"),
        (#""\ud800\ud800""#, "surrogate"), (#""\uD83E\u0041""#, "surrogate"), ("{\"\n\":1}", "control character"),
        ("\u{FEFF}{}", "expected a value"), ("\u{A0}1", "expected a value"), ("1\u{0}", "nothing after the end"),
        ("\u{0}", "expected a value"), ("[1\u{0}]", "expected a comma"),
    ])
    func refusesEverythingElse(text: String, message: String) {
        let error = #expect(throws: JSONError.self) { try parse(Array(text.utf8)) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
    }

    /// The shortest and the outermost of what RFC 3629 excludes: stray and missing continuations, overlong forms, surrogates, beyond the end.
    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xE2, 0x82], [0xE2, 0x82, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0xA6], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE],
            [0xFF],
            [0xF0, 0x9F, 0xA6, 0x41],
        ] as [[UInt8]])
    func refusesInvalidUTF8(sequence: [UInt8]) {
        for padding in 0..<9 {
            let start = Array("\"".utf8) + Array(repeating: UInt8(ascii: "x"), count: padding)
            for end in ["\"", "yyyyyyyyyyyyy\"", ""] {
                let error = #expect(throws: JSONError.self) { try parse(start + sequence + Array(end.utf8)) }
                #expect(error?.message.contains("UTF-8") == true)
                #expect(error?.offset == padding + 1)
            }
            #expect(throws: JSONError.self) { try parse(Array("{".utf8) + start + sequence + Array("\":1}".utf8)) }
        }
    }

    @Test func everyCharacterGoesThrough() throws {
        for value in stride(from: UInt32(0x20), through: 0x10FFFF, by: 13) {
            guard let scalar = Unicode.Scalar(value), scalar != "\"", scalar != "\\" else { continue }
            let string = String(scalar)
            #expect(try readValue("\"\(string)\"") { reader throws(JSONError) in try reader.string() } == string)
        }
    }

    @Test(arguments: [
        (#""a\u0062c""#, "abc"), (#""\u00e9\u20AC""#, "é€"), (#""\ud83e\udd91!""#, "🦑!"), (#""\/\b\f""#, "/\u{8}\u{C}"),
        (#""\u0000""#, "\u{0}"), (#""\uFFFF\udbff\udfff""#, "\u{FFFF}\u{10FFFF}"),
    ])
    func takesOutEscapes(json: String, expected: String) throws {
        #expect(try readValue(json) { reader throws(JSONError) in try reader.string() } == expected)
    }

    @Test(arguments: [
        ("0", JSONNumber.integer(0)), ("-0", .integer(0)), ("42", .integer(42)), ("-42", .integer(-42)),
        ("999999999999999999", .integer(999_999_999_999_999_999)), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .outOfRange),
        ("-9223372036854775809", .outOfRange), ("1e3", .integer(1_000)), ("1.0", .integer(1)),
        ("-2.50e1", .integer(-25)),
        ("1200e-2", .integer(12)), ("0.0", .integer(0)), ("0e99999", .integer(0)), ("1.5", .real(1.5)),
        ("1e-3", .real(0.001)),
        ("1e999", .outOfRange), ("-1e999", .outOfRange), ("1e99999999999999999999", .outOfRange), ("1e17", .real(1e17)),
        ("1.0000000000000000000001", .real(1)), ("1e-999", .real(0)),
        ("9007199254740991", .integer(9_007_199_254_740_991)),
    ])
    func numbers(text: String, expected: JSONNumber) throws {
        #expect(try readValue(text) { reader throws(JSONError) in try reader.number() } == expected)
    }

    @Test func absurdNumbersAreReadAndAreOutOfRange() throws {
        for text in [
            String(repeating: "9", count: 400), String(repeating: "9", count: 100_000),
            "0." + String(repeating: "1", count: 100_000), "1e" + String(repeating: "9", count: 100_000),
        ] {
            let number = try readValue(text) { reader throws(JSONError) in try reader.number() }
            #expect(number == .outOfRange)
        }
    }

    @Test func nestsToTheLimitAndNotBeyond() throws {
        let limit = JSONReader.depthLimit
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[{\"a\":", count: depth / 2) + "1" + String(repeating: "}]", count: depth / 2)).utf8
            )
        }
        try parse(nested(limit))
        let error = #expect(throws: JSONError.self) { try parse(nested(limit + 2)) }
        #expect(error?.message.contains("deeper than 32") == true)
        #expect(throws: JSONError.self) { try parse(Array(repeating: UInt8(ascii: "["), count: 1_000_000)) }
        #expect(throws: JSONError.self) { try parse(Array(String(repeating: "{\"a\":", count: 100_000).utf8)) }
    }

    @Test func keysAreComparedWithoutTheirSpelling() throws {
        let text = #"{"a":1,"\u0062":2,"abc":3}"#
        let seen = try readValue(text) { reader throws(JSONError) in
            var seen: [String] = []
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "a": seen.append("first")
                case "b": seen.append("second")
                case "ab", "abcd", "": seen.append("wrong")
                default: seen.append(key.string)
                }
                try reader.skip()
            }
            return seen
        }
        #expect(seen == ["first", "second", "abc"])
    }

    @Test func saysWhereAndWhat() {
        let error = #expect(throws: JSONError.self) { try parse(Array(#"{"a": [1, 2; 3]}"#.utf8)) }
        #expect(error?.description == "expected a comma or `]`, but found `;`, at byte 11")
    }

    @Test func aValueOfAnotherKindIsAnError() {
        #expect(throws: JSONError.self) { try readValue("1") { reader throws(JSONError) in try reader.string() } }
        #expect(throws: JSONError.self) { try readValue("\"1\"") { reader throws(JSONError) in try reader.number() } }
        #expect(throws: JSONError.self) { try readValue("[]") { reader throws(JSONError) in try reader.beginObject() } }
        #expect(throws: JSONError.self) { try readValue("{}") { reader throws(JSONError) in try reader.beginArray() } }
        #expect(throws: JSONError.self) { try readValue("0") { reader throws(JSONError) in try reader.bool() } }
    }
}
