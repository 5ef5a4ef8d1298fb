import RegistryJSON
import RegistryModel
import Testing

@Suite struct JSONWriterTests {
    @Test func commasAreWhereTheyBelong() {
        let result = text { writer in
            writer.beginObject()
            writer.name("a")
            writer.beginArray()
            writer.integer(1)
            writer.string("x")
            writer.beginArray()
            writer.endArray()
            writer.beginObject()
            writer.endObject()
            writer.null()
            writer.endArray()
            writer.name("b" as String)
            writer.bool(true)
            writer.name("c")
            writer.raw(Array("[1,2]".utf8))
            writer.name("d")
            writer.bool(false)
            writer.endObject()
        }
        #expect(result == #"{"a":[1,"x",[],{},null],"b":true,"c":[1,2],"d":false}"#)
    }

    @Test(arguments: [
        ("plain", #""plain""#), ("", #""""#), ("quote \" backslash \\ slash /", #""quote \" backslash \\ slash /""#),
        ("\u{8}\u{9}\u{A}\u{C}\u{D}", #""\b\t\n\f\r""#), ("\u{0}\u{1}\u{1F}", #""\u0000\u0001\u001f""#),
        ("exactly8", #""exactly8""#), ("exactly8\n", #""exactly8\n""#), ("größe 🦑\u{7F}", "\"größe 🦑\u{7F}\""),
        ("ééééééééééé\"", #""ééééééééééé\"""#),
    ])
    func escapesWhatItMust(string: String, expected: String) throws {
        #expect(text { $0.string(string) } == expected)
        #expect(try readValue(expected) { reader throws(JSONError) in try reader.string() } == string)
    }

    /// Every byte that has to be escaped, at every place in a word of eight and beside every neighbour.
    @Test func everyControlCharacterAtEveryPlaceIsEscaped() throws {
        for scalar in (0..<0x80).map({ Unicode.Scalar(UInt8($0)) }) {
            for place in 0..<10 {
                let string =
                    String(repeating: "x", count: place) + String(scalar) + "ü" + String(repeating: "y", count: 10)
                let json = text { $0.string(string) }
                #expect(try readValue(json) { reader throws(JSONError) in try reader.string() } == string)
                #expect(json.utf8.allSatisfy { $0 >= 0x20 })
            }
        }
    }

    @Test(arguments: [
        (0, "0"), (7, "7"), (10, "10"), (99, "99"), (100, "100"), (-1, "-1"), (Int64.max, "9223372036854775807"),
        (Int64.min, "-9223372036854775808"), (9_007_199_254_740_991, "9007199254740991"),
    ])
    func integers(value: Int64, expected: String) { #expect(text { $0.integer(value) } == expected) }

    @Test func everyPowerOfTenHasItsDigits() {
        var power: Int64 = 1
        for _ in 0..<18 {
            #expect(text { $0.integer(power) } == String(power))
            #expect(text { $0.integer(power - 1) } == String(power - 1))
            power *= 10
        }
    }

    @Test(arguments: [
        (0.25, "0.25"), (1, "1"), (-0.5, "-0.5"), (0.1, "0.1"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"),
        (.infinity, "null"), (.nan, "null"), (12.5, "12.5"), (1e15, "1000000000000000"),
    ])
    func numbers(value: Double, expected: String) throws {
        let json = text { $0.number(value) }
        #expect(json == expected)
        guard value.isFinite else { return }
        #expect(try readValue(json) { reader throws(JSONError) in try reader.number() }.double == value)
    }

    @Test func timesAreThoseOfTheModel() {
        #expect(text { $0.timestamp(Samples.time) } == "\"\(Samples.time)\"")
    }

    @Test func whatIsWrittenAgainIsTheSame() {
        let lifetimes: [Lifetime] = [.never, .never, .after(.seconds(90)), .after(.seconds(90)), .after(.zero), .never]
        let times = [Samples.time, Samples.time, .epoch, Samples.time, Samples.time]
        var writer = JSONWriter(capacity: 0)
        for _ in 0..<2 {
            writer.removeAll()
            writer.beginArray()
            for lifetime in lifetimes { writer.lifetime(lifetime) }
            for time in times { writer.timestamp(time) }
            writer.endArray()
            let expected = lifetimes.map { "\"\($0)\"" } + times.map { "\"\($0)\"" }
            #expect(String(decoding: writer.bytes, as: UTF8.self) == "[\(expected.joined(separator: ","))]")
        }
    }

    @Test func growsAndKeepsWhatItHas() {
        let long = String(repeating: "0123456789\n", count: 10_000)
        var writer = JSONWriter(capacity: 0)
        writer.beginArray()
        for _ in 0..<3 { writer.string(long) }
        writer.endArray()
        #expect(writer.count == 3 * (12 * 10_000 + 3) + 1)
        #expect(writer.withBytes { $0.count } == writer.bytes.count)
        writer.removeAll()
        writer.integer(1)
        #expect(writer.bytes == Array("1".utf8))
    }
}
