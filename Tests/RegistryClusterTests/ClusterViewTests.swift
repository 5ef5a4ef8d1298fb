import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCluster

/// What a node says of its cluster, and of histories: without any task of its own.
struct ClusterViewTests {
    private let clock = ManualClock()
    private let log = SharedLog()
    private let store: LogStore
    private let node: ClusterNode

    init() {
        self.store = LogStore(1, self.log)
        self.node = ClusterNode(Made.member(1), store: self.store, clock: self.clock)
        self.log.attach(self.node)
    }

    // MARK: The report

    @Test func theNodeThatIsAskedIsListedAlsoWhileItIsNoMember() async {
        var nodes = await self.node.report(services: Made.services).nodes
        #expect(nodes.map(\.member) == [Made.member(1)])
        #expect(nodes.map(\.isSelf) == [true])
        #expect(nodes.map(\.applied) == [nil], "it follows nothing yet")
        #expect(nodes.map(\.hash) == [nil])
        self.log.join(Made.member(1))
        self.log.join(Made.member(2))
        // The store that an operator has settled on knows of no members.
        self.node.take([.reloaded], basis: DigestBasis(applied: Revision(9), hash: .zero))
        nodes = await self.node.report(services: Made.services).nodes
        #expect(nodes.map(\.member.id) == [1])
        #expect(nodes.map(\.applied) == [Revision(9)])
        #expect(nodes.map(\.services) == [0])
        #expect(self.node.sample.members == 0)
        self.node.take([.joined(Made.member(2))], basis: DigestBasis(applied: Revision(9), hash: .zero))
        #expect(await self.node.report(services: []).nodes.map(\.member.id).sorted() == [1, 2])
    }

    @Test func theReportHasEveryMemberInTheOrderOfJoining() async {
        for id: UInt64 in [3, 1, 2] { self.log.join(Made.member(id)) }
        self.log.commit()
        self.log.say(Made.digest(2, applied: 2, hash: 2))
        self.log.say(Made.digest(3, applied: 1, hash: 8))
        self.log.commit()
        self.clock.advance(by: .milliseconds(700))
        let report = await self.node.report(services: Made.services)
        #expect(report.nodes.map(\.member.id) == [3, 1, 2])
        #expect(report.nodes.map(\.isSelf) == [false, true, false])
        #expect(report.nodes.map { $0.applied?.rawValue } == [1, 3, 2])
        #expect(report.nodes.map { report.lag(of: $0) } == [2, 0, 1])
        // This node has never noted a state at revision 1 other than that of the first event.
        #expect(report.nodes.map(\.agrees) == [false, true, true])
        #expect(report.nodes.map(\.digestAge) == [.milliseconds(700), nil, .milliseconds(700)])
        #expect(report.nodes.map(\.services).reduce(0, +) == Made.services.count)
        #expect(report.nodes.allSatisfy { $0.services > 250 })
        #expect(!report.isCutOff)
        self.clock.advance(by: .seconds(10))
        #expect(await self.node.report(services: []).isCutOff)
    }

    @Test func oneThatHasSaidNothingHasNoLag() async {
        self.log.join(Made.member(2))
        let report = await self.node.report(services: [])
        let nodes = report.nodes.filter { !$0.isSelf }
        #expect(nodes.map { report.lag(of: $0) } == [nil])
        #expect(nodes.map(\.agrees) == [nil])
        #expect(self.node.sample.lags.isEmpty)
    }

    @Test func theSampleNamesEachNodeOnce() {
        self.log.join(Made.member(1))
        // Many, so that it does not depend on the order in which they are looked at.
        let twins = UInt64(2)...20
        for id in twins { self.log.join(Made.member(id, node: "same")) }
        for _ in 0..<9 { self.log.commit() }
        for id in twins { self.log.say(Made.digest(id, applied: id == 9 ? 4 : 8)) }
        let sample = self.node.sample
        #expect(sample.members == 20)
        #expect(sample.lags == ["node-1": 0, "same": 6])
        // One that is ahead is not behind.
        for id in twins { self.log.say(Made.digest(id, 2, applied: 50)) }
        #expect(self.node.sample.lags == ["node-1": 0, "same": 0])
    }

    @Test func afterAReloadOnlyThoseWhoAreThereAreMembers() async {
        for id: UInt64 in [1, 2] { self.log.join(Made.member(id)) }
        self.node.take([.reloaded, .joined(Made.member(1))], basis: DigestBasis(applied: Revision(9), hash: .zero))
        #expect(await self.node.report(services: []).nodes.map(\.member.id) == [1])
    }

    // MARK: Histories

    private static let kept = StoredCatalog(
        registryID: "r", revision: Revision(7), services: [], instances: [], tombstones: [], nextNumber: 1)

    @Test func whereNothingStandsAgainstTheStoreThereIsNothingToSettle() async {
        for verdict in HistoryVerdict.allCases {
            let error = await #expect(throws: RegistryError.self) {
                try await self.node.settle(verdict, keeping: Self.kept)
            }
            #expect(error?.code == .conflict)
        }
        #expect(self.store.asked.settlements.isEmpty)
    }

    @Test(arguments: HistoryVerdict.allCases)
    func anOperatorsWordGoesToTheStore(verdict: HistoryVerdict) async throws {
        self.store.obstruct(StoreError(.damaged, "It holds another history."))
        #expect(self.node.sample.obstacle?.message == "It holds another history.")
        try await self.node.settle(verdict, keeping: Self.kept)
        #expect(self.store.asked.settlements.map(\.verdict) == [verdict])
        #expect(self.store.asked.settlements.map(\.revision) == [Revision(7)])
    }

    @Test(arguments: [
        (StoreError(.unavailable, "It does not answer."), RegistryError.Code.storeUnavailable),
        (StoreError(.full, "It is full."), .storeFull),
    ])
    func aStoreThatCannotSaysWhy(error: StoreError, code: RegistryError.Code) async {
        self.store.obstruct(StoreError(.damaged, "x"), settling: error)
        let thrown = await #expect(throws: RegistryError.self) {
            try await self.node.settle(.adopt, keeping: Self.kept)
        }
        #expect(thrown?.code == code)
        #expect(thrown?.message.contains(error.message) == true)
        #expect(thrown?.retryAfter != nil)
    }
}
