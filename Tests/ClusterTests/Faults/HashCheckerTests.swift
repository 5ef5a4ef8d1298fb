import RollcallClient
import Testing

@Suite("Checker of hashes")
struct HashCheckerTests {
    @Test("Equal hashes at one revision are taken, and so are others at another one")
    func sound() {
        var checker = HashChecker()
        checker.take("0f", of: "a", at: Revision(7))
        checker.take("0f", of: "b", at: Revision(7))
        checker.take("0f", of: "b", at: Revision(7))
        checker.take("1f", of: "b", at: Revision(8))
        #expect(checker.violations.isEmpty)
        #expect(checker.compared == 1)
    }

    @Test("Noticed: two hashes at one revision, of two nodes or of one")
    func different() {
        var checker = HashChecker()
        checker.take("0f", of: "a", at: Revision(7))
        checker.take("1f", of: "b", at: Revision(7))
        #expect(checker.violations.count == 1)
        checker = HashChecker()
        checker.take("0f", of: "a", at: Revision(7))
        checker.take("1f", of: "a", at: Revision(7))
        #expect(checker.violations.count == 1)
    }
}
