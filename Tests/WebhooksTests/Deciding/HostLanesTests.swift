import Testing

@testable import Webhooks

@Suite("Slots and hosts")
struct HostLanesTests {
    private func taken(_ lanes: inout HostLanes) -> [String] {
        var ids: [String] = []
        while let id = lanes.next() { ids.append(id) }
        return ids
    }

    @Test func hostsTakeTurnsEachInItsOwnOrder() {
        var lanes = HostLanes(slots: 10, share: 10)
        for id in ["a1", "a2", "a3", "b1", "b2", "c1"] { lanes.wait(id, host: String(id.prefix(1))) }
        #expect(self.taken(&lanes) == ["a1", "b1", "c1", "a2", "b2", "a3"])
        #expect(lanes.taken == 6)
        #expect(lanes.waitingCount == 0)
    }

    @Test func noHostHasMoreThanItsShareAndAllNoMoreThanTheSlots() {
        var lanes = HostLanes(slots: 4, share: 2)
        for index in 0..<5 { lanes.wait("a\(index)", host: "a") }
        #expect(self.taken(&lanes) == ["a0", "a1"])
        for index in 0..<5 { lanes.wait("b\(index)", host: "b") }
        lanes.wait("c0", host: "c")
        #expect(self.taken(&lanes) == ["b0", "c0"])
        lanes.giveBack("a0")
        #expect(self.taken(&lanes) == ["b1"], "b's turn was before")
        lanes.giveBack("a1")
        #expect(self.taken(&lanes) == ["a2"])
    }

    @Test func waitingTwiceIsWaitingOnceAndGivingBackTwiceIsOnce() {
        var lanes = HostLanes(slots: 1, share: 1)
        lanes.wait("a", host: "h")
        lanes.wait("a", host: "h")
        #expect(self.taken(&lanes) == ["a"])
        lanes.giveBack("a")
        lanes.giveBack("a")
        lanes.giveBack("nobody")
        #expect(lanes.taken == 0)
        lanes.wait("b", host: "h")
        lanes.wait("c", host: "h")
        #expect(self.taken(&lanes) == ["b"])
    }

    @Test func whoWaitsGetsASlotInTheEnd() {
        var lanes = HostLanes(slots: 3, share: 1)
        for host in 0..<20 { for index in 0..<5 { lanes.wait("\(host)-\(index)", host: "\(host)") } }
        var served: Set<String> = []
        while case let ids = self.taken(&lanes), !ids.isEmpty {
            #expect(ids.count <= 3)
            #expect(Set(ids.map { $0.split(separator: "-")[0] }).count == ids.count, "one of each host")
            served.formUnion(ids)
            for id in ids { lanes.giveBack(id) }
        }
        #expect(served.count == 100)
    }
}
