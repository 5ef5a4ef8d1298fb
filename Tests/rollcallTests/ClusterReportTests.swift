import ArgumentParser
import RollcallClient
import Testing

@testable import rollcall

struct ClusterReportTests {
    private static let members = [
        ClusterDocument.Member(
            id: "1", epoch: 5, node: "n-1", address: "127.0.0.1:8080", version: "1.2.3", isSelf: true,
            applied: Revision(9),
            lag: 0, hash: "0123456789abcdef0123456789abcdef", agrees: true, services: 4),
        ClusterDocument.Member(
            id: "2", epoch: 6, node: "n-2", address: "127.0.0.2:8080", version: "1.2.3", applied: Revision(7), lag: 2,
            hash: "ff23456789abcdef0123456789abcdef", agrees: false, standstills: 2, stoodStill: .milliseconds(1_500),
            services: 3),
    ]

    private static func document(_ change: (inout ClusterDocument) -> Void = { _ in }) -> ClusterDocument {
        var document = ClusterDocument(
            registryID: "r", type: "etcd", revision: Revision(9), source: "live", members: [Self.members[0]])
        change(&document)
        return document
    }

    @Test func everyNodeAndEveryEndpointHasALine() {
        let document = Self.document { document in
            document.members = [Self.members[0], Self.members[1]]
            document.members[1].agrees = true
            document.store.endpoints = [
                StoreEndpointDocument(
                    address: "127.0.0.1:2379", version: "3.4.23", isLeader: true, revision: 70, bytes: 20, usedBytes: 10
                )
            ]
        }
        #expect(
            Reports.cluster(document) == """
                NODE        ADDRESS         VERSION  REVISION  LAG  SERVICES  STANDSTILLS  HASH
                n-1 (self)  127.0.0.1:8080  1.2.3    9         0    4         0            01234567
                n-2         127.0.0.2:8080  1.2.3    7         2    3         2 (1s500ms)  ff234567

                STORE           VERSION  LEADER  REVISION  BYTES  USED
                127.0.0.1:2379  3.4.23   yes     70        20     10

                """)
    }

    @Test func whatIsAsItShouldBeIsNotSpokenOf() {
        #expect(ClusterRemarks.all(Self.document()).isEmpty)
        #expect(!Reports.cluster(Self.document()).contains("STORE"))
    }

    @Test func everyComplaintIsASentence() {
        func remarks(_ change: (inout ClusterDocument) -> Void) -> [String] {
            ClusterRemarks.all(Self.document(change))
        }
        // It says itself what to do; while a node writes its history back, or where only a newer program helps, it is not `adopt`.
        for obstacle in ["a node is writing its history back to etcd", "a newer program wrote it; use that."] {
            #expect(
                remarks { $0.store.obstacle = obstacle }
                    == ["Nothing can be written: \(obstacle)" + (obstacle.hasSuffix(".") ? "" : ".")])
        }
        #expect(remarks { $0.store.isFull = true }.first?.contains("quota") == true)
        for (bytes, isSaid, isFull) in [
            (799, false, false), (800, true, false), (1_000, true, false), (1_000, false, true),
        ] {
            let found = remarks {
                $0.store.endpoints = [
                    StoreEndpointDocument(address: "e:1", version: "3", bytes: Int64(bytes)),
                    StoreEndpointDocument(address: "e:2", version: "3", bytes: 1),
                ]
                ($0.store.quota, $0.store.isFull) = (1_000, isFull)
            }
            let share = "The store at e:1 takes \(bytes / 10) % of the 1000 bytes that etcd.quota gives it"
            #expect(found.contains { $0.hasPrefix(share) } == isSaid)
            #expect(found.count == (isSaid || isFull ? 1 : 0))
        }
        let unknown = remarks { $0.store.endpoints = [StoreEndpointDocument(address: "e:1", version: "3", bytes: 9)] }
        #expect(unknown.isEmpty, "nobody has said what it may take")
        #expect(
            remarks { $0.store.endpoints = [StoreEndpointDocument(address: "e:1")] }
                == ["The store does not answer at e:1."])
        #expect(
            remarks { $0.store.endpoints = [StoreEndpointDocument(address: "e:1", version: "3", errors: ["a", "b"])] }
                == ["The store at e:1 complains: a", "The store at e:1 complains: b"])
        #expect(
            remarks {
                $0.source = "file"
                $0.age = .seconds(3)
            } == ["Answers come from the file, not from the store; they are up to 3s old."])
        #expect(remarks { $0.age = .seconds(3) } == ["The store has not confirmed anything for 3s."])
        #expect(remarks { $0.isCutOff = true }.first?.contains("cut off") == true)
        #expect(
            remarks { $0.members.append(Self.members[1]) }
                == ["Node n-2 had another state than this one at the same revision."])
        let outside = remarks { $0.members[0].epoch = nil }
        #expect(outside.count == 1)
        #expect(outside.first?.contains("is no member yet") == true)
        #expect(
            remarks {
                $0.type = "embedded"
                $0.members[0].epoch = nil
            }.isEmpty, "one that is alone joins nobody")
        let twins = remarks { $0.members.append(Self.members[0]) }
        #expect(twins.count == 1)
        #expect(twins[0].contains("2 processes run on the data directory of node n-1"))
    }

    @Test func nothingOfOthersMovesTheCursor() {
        let text = Reports.cluster(
            Self.document {
                $0.members[0].node = "n\u{1B}[31m"
                $0.store.obstacle = "red\u{1B}[31m"
            })
        #expect(!text.contains("\u{1B}"))
    }

    // MARK: Settling

    @Test func whatWillBeDoneIsSaidBefore() {
        let adopt = Reports.settlement(
            .adopt, of: Self.document(), at: .local, because: "It holds another history.")
        #expect(adopt.hasPrefix("It holds another history. "))
        #expect(adopt.contains("up to revision 9 of node n-1 at http://127.0.0.1:8080, will be lost"))
        let reseed = Reports.settlement(.reseed, of: Self.document(), at: .local, because: "x")
        #expect(reseed.hasPrefix("x. What node"))
        #expect(reseed.contains("What node n-1 at http://127.0.0.1:8080 knows, up to revision 9, will be written back"))
    }

    @Test(arguments: [
        ("yes", true), (" yes ", true), ("YES\r", true), ("y", false), ("", false), ("no", false), ("yes!", false),
        (nil, false),
    ])
    func onlyYesIsConsent(line: String?, isConsent: Bool) {
        #expect(ConfirmationOptions.isConsent(line) == isConsent)
    }

    @Test func aCommandWithoutASubcommandShows() throws {
        #expect(try RollcallCommand.parseAsRoot(["cluster", "--output", "json"]) is ClusterCommand.Show)
        #expect(try RollcallCommand.parseAsRoot(["cluster", "adopt", "--yes"]) is ClusterCommand.Adopt)
        #expect(try RollcallCommand.parseAsRoot(["cluster", "reseed"]) is ClusterCommand.Reseed)
    }

    @Test func theNodesOfADrain() {
        let key = InstanceKey(service: ServiceKey(name: "a"), id: "x")
        var answer = DrainAnswer(revision: Revision(7), isComplete: false)
        #expect(!Reports.drain(answer, of: key).contains("NODE"))
        answer.nodes = [DrainNodeDocument(node: "n-2", standing: "pending")]
        #expect(Reports.drain(answer, of: key).hasSuffix("NODE  ITS READERS\nn-2   pending\n"))
    }
}
