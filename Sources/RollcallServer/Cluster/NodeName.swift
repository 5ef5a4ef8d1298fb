import FoundationEssentials
import RegistryCatalog

/// What a server is called in its cluster: as it was told, or by a name that is made once and kept with its data.
enum NodeName {
    private static let file = "node"

    /// Throws ``StoreError`` when the name can be neither read nor kept.
    static func of(_ configuration: ServerConfiguration) throws(StoreError) -> String {
        if !configuration.registry.node.isEmpty { return configuration.registry.node }
        let directory = URL(filePath: configuration.registry.dataDirectory, directoryHint: .isDirectory)
        let path = directory.appending(path: Self.file)
        if let kept = try? String(contentsOf: path, encoding: .utf8) {
            let name = kept.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
            if !name.isEmpty { return name }
        }
        let name = "node-" + (0..<8).map { _ in String(UInt8.random(in: 0...15), radix: 16) }.joined()
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try Data("\(name)\n".utf8).write(to: path, options: .atomic)
        } catch {
            throw StoreError(
                .readOnly,
                "\(path.path()) cannot be written (\(error)); make the directory writable, or set registry.node")
        }
        return name
    }
}
