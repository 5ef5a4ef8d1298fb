import RollcallClient
import Testing

@Suite("The log of calls")
struct OperationLogTests {
    private static let key = OperationLog.keys(of: 0)[0]

    private static func write(_ weight: UInt16, _ from: Int64, _ to: Int64, at revision: Int64) -> Operation {
        Operation(.register(weight), .done(Revision(revision), created: nil), from: from, to: to)
    }

    private static func read(_ weight: UInt16?, _ from: Int64, _ to: Int64) -> Operation {
        Operation(.read, .found(weight: weight, override: nil), from: from, to: to)
    }

    @Test("What is given up counts up to then, and what was under way may have been done or not")
    func givenUp() {
        let log = OperationLog()
        log.record(Self.write(1, 0, 10, at: 1), on: Self.key)
        log.record(Self.write(2, 20, 60, at: 2), on: Self.key)
        log.record(Self.read(1, 40, 60), on: Self.key)
        log.giveUp(at: 50)
        #expect(log.generation == 1)
        let operations = log.operations(of: 0).first?.operations ?? []
        #expect(operations.map(\.answer) == [.done(Revision(1), created: nil), .unknown])
        #expect(log.judge(0..<1).isEmpty)
        log.record(Self.read(9, 70, 80), on: Self.key)
        #expect(log.judge(0..<1).isEmpty, "nobody promised anything for that time")
    }

    @Test("Noticed: an acknowledged write that a later read does not show, with what every client saw")
    func judging() {
        let log = OperationLog()
        log.record(Self.write(1, 0, 10, at: 1), on: Self.key)
        log.record(Self.write(2, 20, 30, at: 2), on: Self.key)
        #expect(log.judge(0..<1).isEmpty)
        log.record(Self.read(1, 40, 50), on: Self.key)
        #expect(log.judge(0..<1).count == 1)
        #expect(log.judge(1..<2).isEmpty)
    }
}
