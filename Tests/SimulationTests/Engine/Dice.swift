import RegistryModel
import RegistryTestKit
import Synchronization

/// Where everything random of one run comes from: which task goes on, what fails, what a client does next.
final class Dice: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(seed: UInt64) { self.generator = Mutex(SeededGenerator(seed: seed)) }

    func number(_ range: ClosedRange<Int>) -> Int {
        self.generator.withLock { generator in
            let width = UInt64(range.upperBound - range.lowerBound) + 1
            return range.lowerBound + Int(generator.next() % width)
        }
    }

    /// Whether something happens that happens so many times in a thousand.
    func chance(_ perMille: Int) -> Bool { self.number(0...999) < perMille }

    func milliseconds(_ range: ClosedRange<Int>) -> TimeSpan { .milliseconds(Int64(self.number(range))) }

    func pick<Element>(_ elements: [Element]) -> Element { elements[self.number(0...(elements.count - 1))] }

    /// One of these, each as often as its weight says.
    func pick<Element>(weighted elements: [(Element, Int)]) -> Element {
        var left = self.number(0...(elements.reduce(0) { $0 + $1.1 } - 1))
        for (element, weight) in elements {
            if left < weight { return element }
            left -= weight
        }
        return elements[0].0
    }
}
