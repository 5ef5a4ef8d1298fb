import Testing

@testable import RegistryModel

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("tag", "tag", 0), ("tags", "tag", 1), ("port", "prot", 1),
        ("kitten", "sitting", 3),
        ("ca", "abc", 3),
    ])
    func countsEdits(left: String, right: String, edits: Int) {
        #expect(NearestName.edits(from: Array(left.utf8), to: Array(right.utf8)) == edits)
        #expect(NearestName.edits(from: Array(right.utf8), to: Array(left.utf8)) == edits)
    }

    @Test func namesTheNearest() {
        #expect(NearestName.of("tags", among: ["status", "tag", "zone"]) == "tag")
        #expect(NearestName.of("verison", among: ["region", "version"]) == "version")
    }

    @Test func prefersTheFirstOfEquals() {
        #expect(NearestName.of("x", among: ["a", "b"]) == "a")
    }

    @Test func namesNothingWhenThereIsNothingToCompare() {
        #expect(NearestName.of("tag", among: []) == nil)
        #expect(NearestName.of(String(repeating: "a", count: 129), among: ["tag"]) == nil)
    }
}
