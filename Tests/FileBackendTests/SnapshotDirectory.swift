import Foundation
import RegistryTestKit

@testable import FileBackend

/// A directory of one test's own, removed with this value.
final class SnapshotDirectory: Sendable {
    private let root: String
    /// Made by the cache.
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "rollcall-file-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.root = url.path
        self.path = "\(url.path)/data"
    }

    deinit { try? FileManager.default.removeItem(atPath: self.root) }

    var cache: FileCache { FileCache(directory: self.path) }
    var file: URL { URL(filePath: "\(self.path)/\(FileCache.fileName)") }
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: self.path).sorted() }
    }

    func bytes() throws -> [UInt8] { Array(try Data(contentsOf: self.file)) }

    func write(_ bytes: some Sequence<UInt8>) throws {
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        try Data(bytes).write(to: self.file)
    }
}
