import FoundationEssentials

/// A file in the temporary directory that is removed with its owner.
final class TemporaryFile: Sendable {
    let path: String

    init(_ text: String) throws {
        self.path = FileManager.default.temporaryDirectory.appending(path: "rollcall-\(UUID().uuidString)").path
        try Data(text.utf8).write(to: URL(filePath: self.path))
    }

    var text: String {
        get throws { String(decoding: try Data(contentsOf: URL(filePath: self.path)), as: UTF8.self) }
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }
}
