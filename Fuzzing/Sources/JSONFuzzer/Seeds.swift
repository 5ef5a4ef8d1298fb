import Foundation

/// What the fuzzer begins with: the bodies of the parser's tests, and documents from every rule of the grammar.
enum Seeds {
    static func write(to directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var documents = DocumentGenerator(seed: 1)
        let seeds = Samples.bodies + (0..<200).map { _ in documents.document() }
        for (number, seed) in seeds.enumerated() {
            try Data(seed).write(to: URL(filePath: "\(directory)/seed-\(number)"))
        }
    }
}
