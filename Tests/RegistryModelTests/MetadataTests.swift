import RegistryModel
import RegistryTestKit
import Testing

struct MetadataTests {
    /// Keys with common beginnings and of different length; `é` in both of its spellings, which are one key.
    private static let keys = [
        "a", "aa", "ab", "b", "B", "z", "region", "zone", "", "caf\u{e9}", "cafe\u{301}", "\u{1f600}", "0", "10", "2",
    ]

    /// Any sequence of changes leaves what a dictionary holds, in the order of keys.
    @Test(arguments: 1...20)
    func isADictionaryInOrder(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var metadata = Metadata()
        var model: [String: String] = [:]
        for step in 0..<300 {
            let key = try #require(Self.keys.randomElement(using: &generator))
            let value = Bool.random(using: &generator) ? "\(step)" : nil
            metadata[key] = value
            model[key] = value
            #expect(metadata[key] == value)
            #expect(metadata.count == model.count)
        }
        #expect(metadata.pairs.map(\.key) == model.keys.sorted())
        for key in Self.keys { #expect(metadata[key] == model[key]) }
    }

    @Test(arguments: 1...20)
    func mergesAsADictionaryDoes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func randomPairs() -> [Metadata.Pair] {
            (0..<Int.random(in: 0...10, using: &generator)).map { _ in
                Metadata.Pair(
                    key: Self.keys.randomElement(using: &generator)!,
                    value: "\(Int.random(in: 0...99, using: &generator))")
            }
        }
        for _ in 0..<100 {
            let (under, over) = (randomPairs(), randomPairs())
            let model = Dictionary((under + over).map { ($0.key, $0.value) }) { $1 }
            let merged = Metadata(under).merged(under: Metadata(over))
            #expect(Dictionary(uniqueKeysWithValues: merged.pairs.map { ($0.key, $0.value) }) == model)
            #expect(merged.pairs.map(\.key) == model.keys.sorted())
            #expect(merged == Metadata(under + over))
        }
    }

    @Test func equalContentIsEqualWhateverItsOrder() {
        let left: Metadata = ["a": "1", "b": "2", "c": "3"]
        let right = Metadata(left.pairs.reversed())
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != ["a": "1", "b": "2"])
        #expect(left != ["a": "1", "b": "2", "c": "4"])
    }

    @Test func ofEqualKeysTheLastCounts() {
        #expect(
            Metadata([.init(key: "a", value: "1"), .init(key: "b", value: "2"), .init(key: "a", value: "3")]).pairs
                == [.init(key: "a", value: "3"), .init(key: "b", value: "2")])
    }

    @Test func empty() {
        #expect(Metadata().isEmpty)
        #expect(Metadata()["a"] == nil)
        #expect(Metadata([]) == [:])
        #expect(Metadata().merged(under: ["a": "1"]) == ["a": "1"])
        #expect((["a": "1"] as Metadata).merged(under: [:]) == ["a": "1"])
    }

    @Test func aHundredThousandPairsInTheWorstOrderAreRead() {
        let pairs = (0..<100_000).reversed().map { Metadata.Pair(key: "\($0)", value: "") }
        #expect(Metadata(pairs).count == 100_000)
    }
}
