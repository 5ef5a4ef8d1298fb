import RegistryModel
import Testing

/// What npm's README says of ranges, as a table: a range, versions in it, and versions that are not.
struct VersionRangeTests {
    struct Row: Sendable, CustomStringConvertible {
        let range: String
        let inside: [String]
        let outside: [String]

        init(_ range: String, in inside: [String], out outside: [String]) {
            self.range = range
            self.inside = inside
            self.outside = outside
        }

        var description: String { self.range }
    }

    static let comparators = [
        Row("=1.2.3", in: ["1.2.3", "v1.2.3", "1.2.3+b"], out: ["1.2.4", "1.2.2", "1.2.3-a"]),
        Row("1.2.3", in: ["1.2.3"], out: ["1.2.4", "1.2.3-a"]),
        Row("v1.2.3", in: ["1.2.3"], out: ["1.2.4"]),
        Row(">1.2.3", in: ["1.2.4", "1.3.0", "2.0.0"], out: ["1.2.3", "1.2.2", "1.2.4-a"]),
        Row(">=1.2.3", in: ["1.2.3", "1.2.4", "10.0.0"], out: ["1.2.2", "1.2.3-a", "2.0.0-a"]),
        Row("<1.2.3", in: ["1.2.2", "0.0.0", "1.1.99"], out: ["1.2.3", "1.2.3-a", "1.2.4", "1.2.2-a"]),
        Row("<=1.2.3", in: ["1.2.3", "1.2.2"], out: ["1.2.4", "1.2.3-a"]),
        Row(">=1.2.3 <2.0.0", in: ["1.2.3", "1.99.0"], out: ["2.0.0", "1.2.2", "2.0.0-a"]),
        Row(">= 1.2.3   < 2.0.0", in: ["1.2.3", "1.99.0"], out: ["2.0.0", "1.2.2"]),
        Row("  >=1.2.3  ", in: ["1.2.3"], out: ["1.2.2"]),
        Row(">=v1.2.3 <v2", in: ["1.2.3"], out: ["2.0.0"]),
        Row("<1.0.0 >2.0.0", in: [], out: ["0.9.0", "1.5.0", "2.1.0"]),
        Row(">1.2.3 >1.4.0", in: ["1.4.1"], out: ["1.4.0", "1.3.0"]),
        Row("1.2.7 || >=1.2.9 <2.0.0", in: ["1.2.7", "1.2.9", "1.4.6"], out: ["1.2.8", "2.0.0"]),
        Row("1.2.7||1.2.9||1.3.0", in: ["1.2.7", "1.2.9", "1.3.0"], out: ["1.2.8"]),
        Row(">=1.2.3+build", in: ["1.2.3", "1.2.3+other"], out: ["1.2.2"]),
    ]

    /// API: missing parts are 0.
    static let missingParts = [
        Row(">=1.2", in: ["1.2.0", "1.2", "1.3"], out: ["1.1.9"]),
        Row(">=1", in: ["1.0.0", "1", "2"], out: ["0.9.9"]),
        Row(">1.2", in: ["1.2.1", "1.3.0"], out: ["1.2.0", "1.2"]),
        Row(">1", in: ["1.0.1", "1.1"], out: ["1", "1.0.0"]),
        Row("<1.2", in: ["1.1.9", "0.1"], out: ["1.2.0", "1.2.0-a"]),
        Row("<=1.2", in: ["1.2.0", "1.2", "1.1.9"], out: ["1.2.1"]),
        Row("<=1", in: ["1", "1.0", "0.5"], out: ["1.0.1"]),
        Row("=1.2", in: ["1.2", "1.2.0"], out: ["1.2.1"]),
        Row("=1", in: ["1"], out: ["1.0.1", "1.2"]),
        Row(">=1.2-beta", in: ["1.2.0-beta", "1.2.0-rc", "1.2.0"], out: ["1.2.0-alpha", "1.2.1-beta"]),
    ]

    static let anyPart = [
        Row("*", in: ["0.0.0", "1.2.3", "99"], out: ["1.2.3-a"]),
        Row("x", in: ["0.0.0", "1.2.3"], out: ["1.2.3-a"]),
        Row("X.x.*", in: ["0.0.0", "1.2.3"], out: ["1.2.3-a"]),
        Row(">=*", in: ["0.0.0", "1.2.3"], out: ["1.2.3-a"]),
        Row("<=*", in: ["0.0.0", "1.2.3"], out: ["1.2.3-a"]),
        Row("=*", in: ["0.0.0", "1.2.3"], out: ["1.2.3-a"]),
        Row("^*", in: ["0.0.0", "1.2.3"], out: ["1.2.3-a"]),
        Row("~*", in: ["0.0.0", "1.2.3"], out: ["1.2.3-a"]),
        Row(">*", in: [], out: ["0.0.0", "1.2.3", "0.0.0-0"]),
        Row("<*", in: [], out: ["0.0.0", "1.2.3", "0.0.0-0"]),
        Row("1.x", in: ["1.0.0", "1.99.99"], out: ["2.0.0", "0.9.9", "2.0.0-a", "1.2.3-a", "1.0.0-a"]),
        Row("1.X", in: ["1.2.3"], out: ["2.0.0"]),
        Row("1.*", in: ["1.2.3"], out: ["2.0.0"]),
        Row("v1.x", in: ["1.2.3"], out: ["2.0.0"]),
        Row("1", in: ["1.0.0", "1.2.3"], out: ["2.0.0", "0.9.9"]),
        Row("1.2.x", in: ["1.2.0", "1.2.9"], out: ["1.3.0", "1.1.9", "1.3.0-a"]),
        Row("1.2.*", in: ["1.2.0", "1.2.9"], out: ["1.3.0"]),
        Row("1.2", in: ["1.2.0", "1.2.9"], out: ["1.3.0", "1.1.9"]),
        Row("1.x.3", in: ["1.0.0", "1.9.9"], out: ["2.0.0"]),
        Row("1.x || 3.x", in: ["1.5.0", "3.0.0"], out: ["2.0.0", "4.0.0"]),
        Row("1 || 2.1", in: ["1.5.0", "2.1.5"], out: ["2.0.0", "2.2.0"]),
        Row("1.x >=1.4", in: ["1.4.0", "1.9.0"], out: ["1.3.0", "2.0.0"]),
        Row(">1.x", in: ["2.0.0"], out: ["1.9.9", "1.0.0", "2.0.0-a"]),
        Row(">1.2.x", in: ["1.3.0", "2.0.0"], out: ["1.2.8", "1.2.0", "1.3.0-a"]),
        Row(">=1.2.x", in: ["1.2.0", "2.0.0"], out: ["1.1.9"]),
        Row("<1.x", in: ["0.9.9"], out: ["1.0.0", "1.0.0-a"]),
        Row("<1.2.x", in: ["1.1.9"], out: ["1.2.0", "1.2.5"]),
        Row("<=0.7.x", in: ["0.7.2", "0.7.99", "0.6.2"], out: ["0.8.0"]),
        Row("<=7.x", in: ["7.9.9", "1.0.0"], out: ["8.0.0", "8.0.0-a"]),
        Row("=0.7.x", in: ["0.7.2", "0.7.0"], out: ["0.8.0", "0.6.9", "0.7.0-asdf"]),
    ]

    static let hyphens = [
        Row("1.2.3 - 2.3.4", in: ["1.2.3", "2.3.4", "2.0.0"], out: ["1.2.2", "2.3.5"]),
        Row("1.2 - 2.3.4", in: ["1.2.0", "2.3.4"], out: ["1.1.9", "2.3.5"]),
        Row("1.2.3 - 2.3", in: ["1.2.3", "2.3.99"], out: ["2.4.0", "2.4.0-a"]),
        Row("1.2.3 - 2", in: ["1.2.3", "2.99.0"], out: ["3.0.0", "3.0.0-a"]),
        Row("1 - 2", in: ["1.0.0", "2.9.9"], out: ["0.9.9", "3.0.0"]),
        Row("v1.0 - v2.0.0", in: ["1.0.0", "2.0.0"], out: ["2.0.1"]),
        Row("1.2.3 - 2.x", in: ["1.2.3", "2.9.9"], out: ["3.0.0", "1.2.2"]),
        Row("x - 2.0.0", in: ["0.0.0", "2.0.0"], out: ["2.0.1"]),
        Row("1.0.0 - x", in: ["1.0.0", "99.0.0"], out: ["0.9.9"]),
        Row("1.2.3-alpha - 2.0.0", in: ["1.2.3-beta", "1.2.3", "2.0.0"], out: ["1.2.4-beta", "2.0.0-beta"]),
        Row("1.2.3 - 2.0.0-rc", in: ["1.2.3", "2.0.0-beta", "2.0.0-rc"], out: ["2.0.0", "1.2.3-beta"]),
        Row("1.0.0 - 1.5.0 || 3.0.0 - 3.5.0", in: ["1.2.0", "3.5.0"], out: ["2.0.0", "3.5.1"]),
        Row("2.0.0 - 1.0.0", in: [], out: ["1.0.0", "1.5.0", "2.0.0"]),
    ]

    static let tildes = [
        Row("~1.2.3", in: ["1.2.3", "1.2.9"], out: ["1.3.0", "1.2.2", "1.3.0-a", "1.2.3-a"]),
        Row("~1.2", in: ["1.2.0", "1.2.9"], out: ["1.3.0", "1.1.9"]),
        Row("~1.2.x", in: ["1.2.0", "1.2.9"], out: ["1.3.0"]),
        Row("~1", in: ["1.0.0", "1.9.9"], out: ["2.0.0", "0.9.9", "2.0.0-a"]),
        Row("~1.x", in: ["1.0.0", "1.9.9"], out: ["2.0.0"]),
        Row("~0.2.3", in: ["0.2.3", "0.2.9"], out: ["0.3.0", "0.2.2"]),
        Row("~0.2", in: ["0.2.0", "0.2.9"], out: ["0.3.0"]),
        Row("~0", in: ["0.0.0", "0.9.9"], out: ["1.0.0"]),
        Row(
            "~1.2.3-beta.2", in: ["1.2.3-beta.2", "1.2.3-beta.4", "1.2.3", "1.2.4"],
            out: ["1.2.3-beta.1", "1.2.4-beta.2", "1.3.0"]),
        Row("~> 1.2.3", in: ["1.2.9"], out: ["1.3.0"]),
        Row("~ 1.2.3", in: ["1.2.9"], out: ["1.3.0"]),
        Row("~v1.2.3", in: ["1.2.9"], out: ["1.3.0"]),
    ]

    static let carets = [
        Row("^1.2.3", in: ["1.2.3", "1.2.4", "1.99.0"], out: ["2.0.0", "1.2.2", "2.0.0-a", "1.2.3-a", "1.5.0-a"]),
        Row("^0.2.3", in: ["0.2.3", "0.2.9"], out: ["0.3.0", "0.2.2", "0.3.0-a"]),
        Row("^0.0.3", in: ["0.0.3"], out: ["0.0.4", "0.0.2", "0.0.4-a"]),
        Row(
            "^1.2.3-beta.2", in: ["1.2.3-beta.2", "1.2.3-beta.4", "1.2.3", "1.9.0"],
            out: ["1.2.4-beta.2", "1.2.3-beta.1", "2.0.0-a"]),
        Row("^0.0.3-beta", in: ["0.0.3-beta", "0.0.3-pr.2", "0.0.3"], out: ["0.0.3-alpha", "0.0.4"]),
        Row("^1.2.x", in: ["1.2.0", "1.9.9"], out: ["2.0.0", "1.1.9"]),
        Row("^1.2", in: ["1.2.0", "1.9.9"], out: ["2.0.0", "1.1.9"]),
        Row("^0.0.x", in: ["0.0.0", "0.0.9"], out: ["0.1.0"]),
        Row("^0.0", in: ["0.0.0", "0.0.9"], out: ["0.1.0", "0.1.0-a"]),
        Row("^1.x", in: ["1.0.0", "1.9.9"], out: ["2.0.0", "0.9.9"]),
        Row("^1", in: ["1.0.0", "1.9.9"], out: ["2.0.0", "0.9.9"]),
        Row("^0.x", in: ["0.0.0", "0.9.9"], out: ["1.0.0", "1.0.0-a"]),
        Row("^0", in: ["0.0.0", "0.9.9"], out: ["1.0.0"]),
        Row("^0.1", in: ["0.1.0", "0.1.9"], out: ["0.2.0", "0.0.9"]),
        Row("^0.0.0", in: ["0.0.0"], out: ["0.0.1"]),
        Row("^ 1.2.3", in: ["1.2.3"], out: ["2.0.0"]),
        Row("^v1.2.3", in: ["1.2.3"], out: ["2.0.0"]),
        Row("^1.2.3 || ^3.0.0", in: ["1.5.0", "3.5.0"], out: ["2.0.0", "4.0.0"]),
    ]

    /// A pre-release is in a range only where a comparator names one of the same three numbers.
    static let preReleases = [
        Row(
            ">1.2.3-alpha.3", in: ["1.2.3-alpha.7", "1.2.3", "3.4.5"],
            out: ["3.4.5-alpha.9", "1.2.3-alpha.3", "1.2.3-alpha.2"]),
        Row(">=1.2.3-alpha", in: ["1.2.3-alpha", "1.2.3-beta", "1.2.3"], out: ["1.2.4-alpha", "1.2.2"]),
        Row("<1.2.3-beta", in: ["1.2.3-alpha", "1.2.2"], out: ["1.2.3-beta", "1.2.3", "1.2.2-alpha"]),
        Row("<=1.2.3-beta", in: ["1.2.3-alpha", "1.2.3-beta"], out: ["1.2.3-rc", "1.2.3"]),
        Row("=1.2.3-beta", in: ["1.2.3-beta"], out: ["1.2.3", "1.2.3-beta.1"]),
        Row("1.2.3-beta+b", in: ["1.2.3-beta", "1.2.3-beta+c"], out: ["1.2.3"]),
        Row(
            ">=1.0.0-rc.1 <2.0.0", in: ["1.0.0-rc.2", "1.0.0", "1.5.0"],
            out: ["1.0.0-beta", "2.0.0-rc.1", "1.5.0-rc.1", "2.0.0"]),
        Row(">=1.0.0 <2.0.0-rc", in: ["1.0.0", "2.0.0-beta", "1.9.9"], out: ["2.0.0-rc", "1.0.0-rc"]),
        Row(">=1.0.0-0", in: ["1.0.0-0", "1.0.0-a", "2.0.0"], out: ["2.0.0-a"]),
        Row("^1.0.0 >=2.0.0-alpha", in: [], out: ["2.0.0-alpha", "2.0.0-beta", "1.5.0"]),
        Row("^1.0.0 || 2.0.0-rc.1", in: ["1.5.0", "2.0.0-rc.1"], out: ["2.0.0-rc.2", "1.0.0-rc.1"]),
        Row(">=1.2.3-9", in: ["1.2.3-10", "1.2.3-a"], out: ["1.2.3-8"]),
    ]

    static let rows = comparators + missingParts + anyPart + hyphens + tildes + carets + preReleases

    @Test(arguments: rows)
    func contains(row: Row) throws {
        let range = try VersionRange(row.range)
        for text in row.inside { #expect(range.contains(try #require(Version(text))), "\(text) is in \(row.range)") }
        for text in row.outside {
            #expect(!range.contains(try #require(Version(text))), "\(text) is not in \(row.range)")
        }
    }

    @Test(arguments: rows)
    func descriptionReadsBackAsTheSameRange(row: Row) throws {
        let range = try VersionRange(row.range)
        #expect(try VersionRange(range.description) == range)
    }

    @Test func rangesAreEqualWhenTheyComeToTheSame() throws {
        #expect(try VersionRange("^1.2") == VersionRange(">=1.2.0  <2.0.0-0"))
        #expect(try VersionRange("1.2.x").description == ">=1.2.0 <1.3.0-0")
        #expect(try VersionRange("* || <1").description == "* || <1.0.0")
    }

    @Test func thereAreEnoughCases() {
        #expect(Self.rows.reduce(0) { $0 + $1.inside.count + $1.outside.count } >= 300)
    }
}

struct VersionRangeFaultTests {
    static func fault(of text: String) -> FieldError? {
        do throws(RegistryError) {
            _ = try VersionRange(text)
            return nil
        } catch {
            return error.code == .invalid && error.fields.count == 1 ? error.fields[0] : nil
        }
    }

    @Test(arguments: [
        "", " ", "||", "1.x ||", "|| 1.x", "1.x || || 2.x", "1.x |2.x", "|", "<", ">=", "^", "1.2 <", "<>1", "><1",
        "=>1", "==1.2.3", "!=1.2.3", ">=1.2.3,<2", ">=1.2.3, <2", "latest", ">=latest", "1.2.3.4", ">=1.2.3.4",
        "1.2.3 -", "- 1.2.3", "1 - 2 - 3", "1 - 2 3", ">1 - 2", "1 - <2", "~^1", "^~1", "01.x", ">=01", "1.2.3-",
        "^1.x-beta", "x-beta", ">= =1", "1..2", "1.", ">=9007199254740992", "1\t2", ">=1.2.3\n", "^ ^1", "(1.x)",
        "[1.0,2.0)", "**", "1.**",
    ])
    func refuses(text: String) {
        #expect(Self.fault(of: text)?.field == "version", "\(text) is no range")
    }

    @Test func saysWhatIsWrong() throws {
        #expect(try #require(Self.fault(of: ">=latest")).message.contains("\"latest\""))
        #expect(try #require(Self.fault(of: "1.x ||")).message.contains("`*`"))
        #expect(try #require(Self.fault(of: "1.2 >=")).message.contains("`>=`"))
        #expect(!(try #require(Self.fault(of: ">=1\u{1}2")).message.contains("\u{1}")))
    }

    @Test func isBounded() throws {
        let full = String(repeating: "1||", count: 31) + "1"
        #expect(try VersionRange(full).contains(#require(Version("1.5"))))
        #expect(try #require(Self.fault(of: full + "||=1||1")).message.contains("64 comparators"))
        #expect(try #require(Self.fault(of: ">=" + String(repeating: "1", count: 255))).message.contains("257 bytes"))
    }

    @Test func theLargestNumbersDoNotOverflow() throws {
        let largest = "9007199254740991"
        let version = try #require(Version("\(largest).\(largest).\(largest)"))
        for sign in ["", "=", "^", "~", "<=", ">="] {
            #expect(try VersionRange("\(sign)\(largest).\(largest).\(largest)").contains(version))
        }
        for text in [
            "\(largest).x", "\(largest).\(largest).x", "^\(largest)", "~\(largest).\(largest)", "0 - \(largest)",
        ] {
            #expect(try VersionRange(text).contains(version))
        }
        #expect(try !VersionRange(">\(largest).x").contains(version))
        #expect(try VersionRange("^0.0.\(largest)").contains(#require(Version("0.0.\(largest)"))))
    }
}

struct VersionFilterTests {
    @Test(arguments: [
        "1.2.3", "v1.2.3", "1.x", "1", "", "latest", "1.2.3-beta+b", "2026-11-23", "x", "main/abc", "1.2.3,4",
    ])
    func withoutASignItIsLiteral(text: String) throws {
        let filter = try VersionFilter(text)
        #expect(filter == .exact(text))
        #expect(filter.description == text)
        #expect(filter.matches(text))
        #expect(!filter.matches(text + "0"))
        #expect(!filter.matches("v" + text))
    }

    @Test func literallyMeansLiterally() throws {
        #expect(try !VersionFilter("1.x").matches("1.2.3"))
        #expect(try !VersionFilter("1.2").matches("1.2.0"))
        #expect(try !VersionFilter("1.2.3").matches("1.2.3+build"))
    }

    @Test(arguments: [
        "=1.2.3", ">1.2.2 <4", "<1.2.4", "^1.2", "~1.2", "1.*", "1.2.3||5.0.0", "1.2.x >=1", " 1.2.3", "1.2.3 ",
        "=1.x",
    ])
    func aSignMakesARange(text: String) throws {
        let filter = try VersionFilter(text)
        guard case .range = filter else {
            Issue.record("\(text) is a range")
            return
        }
        #expect(filter.matches("1.2.3"))
        #expect(filter.matches("v1.2.3+build"))
        #expect(!filter.matches("4.0.0"))
    }

    @Test(arguments: ["", "latest", "1.2.3.4", "main", "01.2.3", "1.x"])
    func whatIsNoVersionIsInNoRange(text: String) throws {
        #expect(try !VersionFilter("*").matches(text))
        #expect(try !VersionFilter(">=0").matches(text))
    }

    @Test(arguments: [" ", "=", ">=latest", "|", "~"])
    func refusesWhatIsNoRange(text: String) {
        #expect(throws: RegistryError.self) { try VersionFilter(text) }
    }
}
