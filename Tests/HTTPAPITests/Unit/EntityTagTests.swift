import HTTPSupport
import RegistryModel
import Testing

@Suite("ETags")
struct EntityTagTests {
    private let tag = EntityTag(registryID: "0123456789abcdef", revision: Revision(18))

    @Test func theTagNamesRegistryAndRevision() {
        #expect(self.tag.description == "\"01234567-18\"")
        #expect(self.tag.compressed == "\"01234567-18-gzip\"")
    }

    @Test(arguments: [
        ("\"01234567-18\"", true), ("\"01234567-18-gzip\"", true), ("W/\"01234567-18\"", true), ("*", true),
        ("\"x\", \"01234567-18\"", true), ("\"01234567-17\"", false), ("\"76543210-18\"", false),
        ("01234567-18", false),
        ("", false), ("\"01234567-18", false), ("\"01234567-1\"", false), ("\"01234567-181\"", false),
    ])
    func ifNoneMatch(_ field: String, _ fits: Bool) { #expect(self.tag.isNamed(byIfNoneMatch: field) == fits) }

    @Test("What was shown otherwise by mistake has another tag than what is shown since")
    func repaired() throws {
        let repaired = EntityTag(registryID: "0123456789abcdef", revision: Revision(18), repairedAt: Revision(20))
        #expect(repaired.description == "\"01234567-18-r20\"")
        #expect(repaired.compressed == "\"01234567-18-r20-gzip\"")
        #expect(repaired.isNamed(byIfNoneMatch: repaired.compressed))
        #expect(!repaired.isNamed(byIfNoneMatch: self.tag.description))
        #expect(!self.tag.isNamed(byIfNoneMatch: repaired.description))
        func read(_ text: String) throws -> RevisionCondition {
            try RevisionCondition(ifMatch: "\"01234567-\(text)\"", registryID: "0123456789abcdef")
        }
        #expect(try read("18-r20") == .revisions([Revision(18)]))
        #expect(try read("18-r20-gzip") == .revisions([Revision(18)]))
        for text in ["18-r", "18-rx", "-r20", "18-20", "18r20", "18-r20-r21"] {
            #expect(try read(text) == .revisions([]), "\(text)")
        }
    }

    @Test func ifMatchReadsRevisionsOfThisRegistryOnly() throws {
        func read(_ field: String) throws -> RevisionCondition {
            try RevisionCondition(ifMatch: field, registryID: "0123456789abcdef")
        }
        #expect(try read("*") == .any)
        #expect(try read("\"01234567-18\", \"01234567-19-gzip\"") == .revisions([Revision(18), Revision(19)]))
        #expect(try read("\"76543210-18\"") == .revisions([]))
        #expect(try read("W/\"01234567-18\"") == .revisions([]))
        for field in ["", "18", "\"", "* x"] { #expect(throws: RegistryError.self) { try read(field) } }
    }
}

@Suite("Blocking reads")
struct BlockingReadTests {
    @Test func theyWaitOnlyForWhatMayCome() {
        let applied = Revision(20)
        func waits(_ index: Int64?, _ revision: Int64?) -> Revision? {
            BlockingRead(index: index.map { Revision($0) }, wait: .seconds(1))
                .waitsAfter(revision: revision.map { Revision($0) }, applied: applied)
        }
        #expect(waits(18, 18) == Revision(18))
        #expect(waits(19, 18) == Revision(19))
        #expect(waits(17, 18) == nil)
        #expect(waits(21, 18) == nil, "an index from another registry is answered at once")
        #expect(waits(nil, 18) == nil)
        #expect(waits(nil, nil) == .zero)
        #expect(waits(5, nil) == .zero)
    }

    @Test func jitterIsAtMostASixteenth() {
        let read = BlockingRead(index: nil, wait: .seconds(16))
        #expect(read.waitWithJitter(random: 0) == .seconds(16))
        #expect(read.waitWithJitter(random: 0.999_999) <= .seconds(17))
        #expect(read.waitWithJitter(random: 0.5) == TimeSpan(milliseconds: 16_500))
    }
}
