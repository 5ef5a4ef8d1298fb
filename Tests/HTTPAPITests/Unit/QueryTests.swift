import RegistryModel
import Testing

@testable import HTTPSupport

@Suite("Reading a query")
struct QueryTests {
    private static let known = [
        QueryParameter("tag", .repeated), QueryParameter("zone"), QueryParameter("limit"), QueryParameter("wait"),
        QueryParameter("metadata.", .prefix),
    ]

    private func query(_ text: String) throws(RegistryError) -> Query { try Query(text[...], knowing: Self.known) }

    private func error(_ text: String) -> RegistryError? {
        do {
            _ = try self.query(text)
            return nil
        } catch {
            return error
        }
    }

    @Test func valuesAreDecodedOnceAndPlusIsASpace() throws {
        let query = try self.query("zone=a%2Bb+c%2525&tag=%C3%A4&tag=&&metadata.color=blue")
        #expect(query.text("zone") == "a+b c%25")
        #expect(query.texts("tag") == ["ä", ""])
        #expect(query.texts(withPrefix: "metadata.").first?.name == "color")
    }

    @Test func noQueryHasNoValues() throws {
        let query = try Query(nil, knowing: Self.known)
        #expect(query.text("zone") == nil)
        #expect(query.texts("tag").isEmpty)
    }

    @Test(arguments: [
        "zone=%zz", "zone=%4", "zone=%", "%ff=1", "zone=%C3%28", "zone=a&zone=b", "metadata.a=1&metadata.a=2",
    ])
    func whatCannotBeReadIsMalformed(_ text: String) { #expect(self.error(text)?.code == .malformed) }

    @Test func anUnknownParameterNamesTheNearest() {
        let error = self.error("tags=blue")
        #expect(error?.code == .unknownParameter)
        #expect(error?.fields.first?.field == "tags")
        #expect(error?.message.contains("did you mean tag?") == true)
        #expect(self.error("metadata.=1")?.code == .unknownParameter)
        #expect(self.error("Zone=1")?.code == .unknownParameter)
    }

    @Test func tooManyParametersAreRefused() {
        let text = (0...Query.parameterLimit).map { "tag=\($0)" }.joined(separator: "&")
        #expect(self.error(text)?.code == .malformed)
    }

    @Test(arguments: ["0", "1001", "-1", "+5", "5.0", "99999999999999999999", "", "x"])
    func numbersOutOfTheirRangeAreCollected(_ value: String) throws {
        var query = try self.query("limit=\(value)")
        _ = query.limit()
        #expect(query.errors.map(\.field) == ["limit"])
        #expect(throws: RegistryError.self) { try query.check() }
    }

    @Test func everyFaultIsNamedAtOnce() throws {
        var query = try self.query("limit=0&wait=11m")
        _ = query.limit()
        _ = query.duration("wait", in: BlockingRead.waitRange)
        #expect(query.errors.map(\.field) == ["limit", "wait"])
    }

    @Test func flags() throws {
        for (text, expected) in [
            ("zone=true", true), ("zone=1", true), ("zone", true), ("zone=false", false), ("", false),
        ] {
            var query = try self.query(text)
            #expect(query.flag("zone") == expected)
            #expect(query.errors.isEmpty)
        }
        var query = try self.query("zone=yes")
        _ = query.flag("zone")
        #expect(query.errors.map(\.field) == ["zone"])
    }
}

@Suite("Cursors")
struct CursorTests {
    @Test func aCursorComesBackAsItWas() {
        for parts in [["default", "payments"], ["", "ä:\u{1}"], [String(repeating: "x", count: 500), "1"]] {
            let text = Cursor(parts).text(kind: "services")
            #expect(Cursor(text, kind: "services", parts: 2)?.parts == parts)
            #expect(text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
        }
    }

    @Test func aForeignOneIsRefused() {
        let text = Cursor(["a"]).text(kind: "instances")
        #expect(Cursor(text, kind: "services", parts: 1) == nil)
        #expect(Cursor(text, kind: "instances", parts: 2) == nil)
        for text in ["", "=", "a", "abc!", "////", String(repeating: "A", count: 4_000)] {
            #expect(Cursor(text, kind: "instances", parts: 1) == nil)
        }
    }

    @Test func base64MatchesTheStandard() {
        let vectors = [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("foobar", "Zm9vYmFy"),
        ]
        for (plain, text) in vectors {
            #expect(Base64URL.encode(plain.utf8) == text)
            #expect(Base64URL.decode(text.utf8) == Array(plain.utf8))
        }
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
    }
}
