import FoundationEssentials
import RollcallServer
import Testing

/// The documents that are made from the keys. With `UPDATE_REFERENCE` in the environment (`make reference`) they are
/// written instead of compared.
@Suite struct ConfigurationReferenceTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_REFERENCE"] != nil

    private func expect(_ path: String, is text: String) throws {
        let file = Self.root.appending(path: path)
        if Self.isUpdating { try Data(text.utf8).write(to: file) }
        let written = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(written == text, "\(path) differs from the keys; run make reference and commit the result")
    }

    @Test func theExampleIsMadeFromTheKeys() throws {
        try self.expect("config.example.yaml", is: ConfigurationReference.example)
    }

    @Test func thePageIsMadeFromTheKeys() throws {
        try self.expect("docs/configuration.md", is: ConfigurationReference.page)
    }

    @Test func theExampleParsesIsCompleteAndHoldsTheDefaults() throws {
        let path = Self.root.appending(path: "config.example.yaml").path
        let loaded = try ServerConfiguration.load(arguments: ["--config", path], environment: [:])
        #expect(loaded.configuration == ServerConfiguration())
        for key in ConfigurationKey.all { #expect(loaded.origin(of: key) == .file, "\(key.name)") }
        _ = try loaded.checked(within: OpenFileLimit(count: 20_000))
    }

    @Test func thePageNamesEveryKey() {
        let page = ConfigurationReference.page
        for key in ConfigurationKey.all { #expect(page.contains("| `\(key.name)` |"), "\(key.name)") }
    }
}
