import Testing

@Suite("What nodes say of the cluster")
struct ClusterStatusTests {
    private static func member(_ node: String, _ revision: Int64, _ hash: String) -> ClusterStatus.Member {
        ClusterStatus.Member(node: node, revision: revision, hash: hash)
    }

    @Test("The answer is read as far as it is looked at; a member without a digest yet has none")
    func reading() throws {
        let text = #"{"members": [{"node": "a", "revision": 7, "hash": "0f", "lag": 1}, {"node": "b"}], "more": {}}"#
        #expect(try ClusterStatus(Array(text.utf8)).members == [Self.member("a", 7, "0f")])
        #expect(throws: (any Error).self) { try ClusterStatus(Array("{}".utf8)) }
    }

    @Test("Noticed: two hashes at one revision")
    func hashes() {
        var checker = HashChecker()
        for member in [Self.member("a", 7, "0f"), Self.member("b", 7, "0f"), Self.member("b", 8, "1f")] {
            checker.take(member)
        }
        #expect(checker.violations.isEmpty)
        #expect(checker.compared == 1)
        checker.take(Self.member("a", 8, "2f"))
        #expect(checker.violations.count == 1)
    }
}
