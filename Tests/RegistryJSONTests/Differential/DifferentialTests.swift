import Foundation
import RegistryJSON
import Testing

/// Our readers and Foundation's on the same texts, sound and damaged: both take one or both refuse it, and what they read is
/// the same. What differs on purpose is in `KnownDifference`, and it must come up.
@Suite struct DifferentialTests {
    static let seed =
        ProcessInfo.processInfo.environment["ROLLCALL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)

    private static func compare(_ document: [UInt8], _ comparison: FoundationComparison) -> FoundationComparison.Verdict
    {
        document.withUnsafeBufferPointer { comparison.compare($0) }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func documentsReadAsFoundationReadsThem(part: UInt64) {
        let seed = Self.seed &+ part
        print("differential: ROLLCALL_SEED=\(Self.seed)")
        var documents = DocumentGenerator(seed: seed)
        var (taken, refused) = (0, 0)
        var known: [KnownDifference: Int] = [:]
        for _ in 0..<22_500 {
            let document = documents.document()
            switch Self.compare(document, FoundationComparison()) {
            case .bothTake: taken += 1
            case .bothRefuse: refused += 1
            case .known(let difference): known[difference, default: 0] += 1
            case .differ(let how):
                Issue.record("ROLLCALL_SEED=\(Self.seed): \(how): \(String(decoding: document, as: UTF8.self))")
                return
            }
        }
        #expect(taken > 8_000 && refused > 2_000, "\(taken) were taken, \(refused) refused")
        #expect(KnownDifference.allCases.allSatisfy { known[$0, default: 0] > 0 }, "\(known)")
    }

    // MARK: What is wrong is noticed

    /// Readers with one fault each.
    private static let faultyReadings: [(fault: String, read: FoundationComparison.Reading)] = [
        (
            "takes what follows the value",
            { bytes throws(JSONError) in
                var reader = JSONReader(bytes)
                return try JSONTree(from: &reader)
            }
        ),
        (
            "takes invalid UTF-8",
            { bytes throws(JSONError) in
                let text = Array(String(decoding: bytes, as: UTF8.self).utf8)
                return try text.span.withUnsafeBufferPointer { buffer throws(JSONError) in try JSONTree.read(buffer) }
            }
        ),
        (
            "refuses an escape",
            { bytes throws(JSONError) in
                if bytes.contains(UInt8(ascii: "\\")) { throw JSONError(offset: 0, message: "an escape") }
                return try JSONTree.read(bytes)
            }
        ),
        (
            "rounds a number",
            { bytes throws(JSONError) in
                let tree = try JSONTree.read(bytes)
                guard case .array(let elements) = tree, case .number(.real(let value))? = elements.first else {
                    return tree
                }
                return .array([.number(.real(Double(Float(value))))] + elements.dropFirst())
            }
        ),
        (
            "takes a number for true",
            { bytes throws(JSONError) in
                let tree = try JSONTree.read(bytes)
                if case .bool = tree { return .number(.integer(1)) }
                return tree
            }
        ),
        (
            "keeps the first of two fields",
            { bytes throws(JSONError) in
                let tree = try JSONTree.read(bytes)
                guard case .object(let fields) = tree else { return tree }
                return .object(fields.reversed())
            }
        ),
    ]

    @Test(arguments: faultyReadings.indices)
    func faultsAreNoticed(index: Int) {
        let comparison = FoundationComparison(reading: Self.faultyReadings[index].read)
        var documents = DocumentGenerator(seed: 1)
        let isNoticed = (0..<20_000).contains { _ in
            if case .differ = Self.compare(documents.document(), comparison) { true } else { false }
        }
        #expect(isNoticed, "\(Self.faultyReadings[index].fault)")
    }
}
