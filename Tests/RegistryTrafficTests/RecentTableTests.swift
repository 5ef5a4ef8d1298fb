import RegistryTestKit
import Testing

@testable import RegistryTraffic

struct RecentTableTests {
    @Test func neverHoldsMoreThanItMay() {
        var generator = SeededGenerator(seed: 1)
        var table = RecentTable<Int, [Int]>(capacity: 200) { $0.count + 1 }
        var costs: [Int: Int] = [:]
        for _ in 0..<20_000 {
            let key = Int.random(in: 0..<500, using: &generator)
            let size = Int.random(in: 0..<20, using: &generator)
            let (_, forgotten) = table.update(key, default: []) { $0 = Array(repeating: key, count: size) }
            costs[key] = size + 1
            for (key, value) in forgotten {
                #expect(value.count + 1 == costs[key])
                costs[key] = nil
            }
            #expect(costs.count == table.count)
            // Half of it in each generation, and what the last change of each added.
            #expect(costs.values.reduce(0, +) <= 200 + 2 * 20)
        }
    }

    @Test func keepsWhatIsUsed() {
        var table = RecentTable<Int, Int>(capacity: 10) { _ in 1 }
        for round in 1...1_000 {
            #expect(
                table.update(-1, default: 0) {
                    $0 += 1
                    return $0
                }.result == round)
            _ = table.update(round, default: 0) { $0 += 1 }
        }
        #expect(table.count <= 12)
    }

    @Test func forgetsWhatIsNot() {
        var table = RecentTable<Int, Int>(capacity: 10) { _ in 1 }
        _ = table.update(-1, default: 0) { $0 = 7 }
        var forgotten: [Int: Int] = [:]
        for key in 0..<12 { forgotten.merge(table.update(key, default: 0) { _ in }.forgotten) { $1 } }
        #expect(forgotten[-1] == 7)
        #expect(table.update(-1, default: 0) { $0 }.result == 0)
    }
}
