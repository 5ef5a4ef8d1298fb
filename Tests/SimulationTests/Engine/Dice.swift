import RegistryModel
import Synchronization

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var word = self.state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

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
