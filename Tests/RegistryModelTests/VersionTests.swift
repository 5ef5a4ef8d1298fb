import RegistryModel
import Testing

struct VersionTests {
    @Test(arguments: [
        ("1.2.3", "1.2.3"), ("v1.2.3", "1.2.3"), ("1.2", "1.2.0"), ("1", "1.0.0"), ("v1", "1.0.0"), ("0", "0.0.0"),
        ("0.0.0", "0.0.0"), ("10.20.30", "10.20.30"), ("1.2.3-alpha", "1.2.3-alpha"),
        ("1.2.3-alpha.1", "1.2.3-alpha.1"), ("1.2.3-0", "1.2.3-0"), ("1.2.3-0a.00b", "1.2.3-0a.00b"),
        ("1.2.3--", "1.2.3--"), ("1.2.3---1", "1.2.3---1"), ("1.2.3-x.7.z.92", "1.2.3-x.7.z.92"),
        ("1.2.3+build", "1.2.3"), ("1.2.3+001", "1.2.3"), ("1.2.3-rc.1+build.5", "1.2.3-rc.1"),
        ("1.2-beta", "1.2.0-beta"), ("1-beta", "1.0.0-beta"), ("1+5", "1.0.0"), ("2026.11.23", "2026.11.23"),
        ("9007199254740991.9007199254740991.9007199254740991", "9007199254740991.9007199254740991.9007199254740991"),
        ("1.0.0-20261123142309123456789", "1.0.0-20261123142309123456789"),
    ])
    func reads(text: String, meaning: String) throws {
        #expect(try #require(Version(text)).description == meaning)
    }

    @Test(arguments: [
        "", "v", ".", "1.", ".1", "1..2", "1.2.", "1.2.3.", "1.2.3.4", "01.2.3", "1.02.3", "1.2.03", "00", "-1.2.3",
        "+1.2.3", "1.2.3-", "1.2.3+", "1.2.3-a..b", "1.2.3-.a", "1.2.3-a.", "1.2.3-01", "1.2.3-a.01", "1.2.3-a+b+c",
        "1.2.3+a..b", "1.2.3-a_b", "1.2.3 ", " 1.2.3", "1.2.3 4", "=1.2.3", "V1.2.3", "vv1.2.3", "1.x", "1.*", "*",
        "x", "1.2.x", "latest", "a1.2.3", "1.2.3a", "1,2", "1.2.3-ä", "\u{0661}.2.3", "9007199254740992.0.0",
        "0.9007199254740992.0", "0.0.9007199254740992", "99999999999999999999999999.0.0", "1.2.3\0", "1.2.3\n",
    ])
    func refuses(text: String) {
        #expect(Version(text) == nil)
    }

    @Test func refusesWhatIsTooLong() {
        #expect(Version("1.2.3-" + String(repeating: "a", count: 250)) != nil)
        #expect(Version("1.2.3-" + String(repeating: "a", count: 251)) == nil)
    }

    /// The examples of semver.org, point 11, and the cases around them, each below the next.
    static let ascending = [
        "0.0.0-0", "0.0.0", "0.0.1", "0.1.0", "1.0.0-0", "1.0.0-1", "1.0.0-2", "1.0.0-10",
        "1.0.0-99999999999999999999999", "1.0.0-100000000000000000000000", "1.0.0--", "1.0.0-A", "1.0.0-Z", "1.0.0-a",
        "1.0.0-a.0", "1.0.0-a.b", "1.0.0-a-b", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.1.1", "1.0.0-alpha.beta",
        "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1-a", "1.0.1", "1.2.0", "1.10.0",
        "2.0.0", "10.0.0",
    ]

    @Test func ordersEveryPair() throws {
        let versions = try Self.ascending.map { try #require(Version($0)) }
        for left in versions.indices {
            for right in versions.indices {
                #expect((versions[left] < versions[right]) == (left < right), "\(versions[left]) < \(versions[right])")
                #expect(
                    (versions[left] == versions[right]) == (left == right), "\(versions[left]) = \(versions[right])")
            }
        }
    }

    @Test func buildMetadataDoesNotCount() throws {
        let left = try #require(Version("1.2.3+a"))
        let right = try #require(Version("v1.2.3+b"))
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(!(left < right))
        #expect(!(right < left))
    }
}
