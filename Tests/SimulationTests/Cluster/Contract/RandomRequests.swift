import Foundation

@testable import EtcdBackend

/// Requests of every kind that a store makes, over so few keys that they meet: sound ones, and some that etcd refuses.
struct RandomRequests {
    let dice: Dice

    private var key: String { "k/\(self.dice.number(0...5))" }

    private var range: EtcdRange {
        switch self.dice.number(0...3) {
        case 0: EtcdRange(prefix: "k/")
        case 1: EtcdRange(from: self.key, to: "k/9")
        default: EtcdRange(self.key)
        }
    }

    private func old(_ revision: Int64) -> Int64 { Int64(self.dice.number(0...Int(revision) + 1)) }

    func transaction(at revision: Int64, depth: Int = 0) -> EtcdTxnRequest {
        let dice = self.dice
        // Now and then more than etcd takes.
        let isHuge = depth == 0 && dice.chance(15)
        let operations = (0..<(isHuge ? dice.number(120...130) : dice.number(0...3))).map { index in
            isHuge
                ? .transaction(.when([], then: [.put("h/\(index)", Data()), .put("i/\(index)", Data())]))
                : self.operation(at: revision, depth: depth)
        }
        let others = (0..<dice.number(0...2)).map { _ in self.operation(at: revision, depth: depth) }
        return .when((0..<dice.number(0...2)).map { _ in self.compare(at: revision) }, then: operations, else: others)
    }

    private func operation(at revision: Int64, depth: Int) -> EtcdRequestOp {
        switch self.dice.number(0...9) {
        case 0...4: return .put(self.key, Data("\(self.dice.number(0...99))".utf8))
        case 5, 6: return .delete(self.range)
        case 7: return .range(self.query(at: revision))
        default:
            return depth < 2 ? .transaction(self.transaction(at: revision, depth: depth + 1)) : .put(self.key, Data())
        }
    }

    private func compare(at revision: Int64) -> EtcdCompare {
        let result = self.dice.pick([EtcdCompare.CompareResult.equal, .notEqual, .greater, .less])
        let subject: EtcdCompare.Subject =
            switch self.dice.number(0...4) {
            case 0: .createRevision(self.dice.chance(500) ? 0 : self.old(revision))
            case 1: .modRevision(self.dice.chance(300) ? 0 : self.old(revision))
            case 2: .version(Int64(self.dice.number(0...3)))
            case 3: .lease(0)
            default: .value(Data("\(self.dice.number(0...99))".utf8))
            }
        return .onRange(self.range, result, to: subject)
    }

    func query(at revision: Int64) -> EtcdQuery {
        var query = EtcdQuery(self.range)
        query.limit = self.dice.pick([0, 0, 1, 2, 4])
        if self.dice.chance(300) { query.revision = max(self.old(revision), 1) }
        query.keysOnly = self.dice.chance(200)
        query.countOnly = self.dice.chance(100)
        if self.dice.chance(250) {
            let first = self.old(revision)
            query.revisions = max(first, 1)...max(first + Int64(self.dice.number(0...20)), 1)
        }
        query.order = self.dice.pick([nil, nil, .oldestFirst, .newestFirst])
        return query
    }
}
