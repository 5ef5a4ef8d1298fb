import Testing

@testable import RedisBackend

@Suite("The mark of a registry that was refused")
struct SnapshotRivalTests {
    @Test("It is read as scripts write it, and anything else is none")
    func reading() {
        for (mark, parts) in [
            ("a etcd /rollcall", ("a", "etcd /rollcall")), ("b embedded", ("b", "embedded")),
            ("c etcd /with a blank", ("c", "etcd /with a blank")),
        ] {
            let rival = SnapshotRival(mark)
            #expect(rival?.registryID == parts.0 && rival?.store == parts.1)
        }
        for mark in ["", " ", "a", "a "] { #expect(SnapshotRival(mark) == nil, "\(mark)") }
    }

    @Test("A node is in doubt when the one that was refused may be its registry, and is not the owner")
    func doubt() throws {
        let stores = ["etcd /a", "etcd /b", "embedded"]
        for store in stores {
            for id in ["1", "2"] {
                let rival = try #require(SnapshotRival("\(id) \(store)"))
                for own in stores {
                    for owner in ["1", "2"] {
                        #expect(
                            rival.mayBeRegistry(ofNodeWith: own, insteadOf: owner) == (own == store && owner != id))
                    }
                }
            }
        }
    }
}
