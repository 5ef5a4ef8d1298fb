import Configuration
import RegistryModel
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The YAML file of settings.
struct ConfigurationFile: Sendable {
    /// A file beyond this is not one of settings.
    static let largest = ByteCount.mebibytes(1)

    /// Nil when the file holds nothing but comments.
    let snapshot: YAMLSnapshot?
    /// Keys of the file that are none of ours.
    let faults: [FieldError]

    /// Reads the file at `path`. Throws when it cannot be read, or is not YAML.
    init(path: String) throws(ConfigurationError) {
        try self.init(path: path, bytes: Self.bytes(at: path))
    }

    init(path: String, bytes: [UInt8]) throws(ConfigurationError) {
        guard !Self.isBlank(bytes) else {
            self.snapshot = nil
            self.faults = []
            return
        }
        let keys = KeyCollector()
        do {
            // The parser asks of every key it finds whether it is secret: the one way to learn the keys that are there.
            let options = YAMLSnapshot.ParsingOptions(
                secretsSpecifier: .dynamic { key, _ in
                    keys.add(key)
                    return true
                })
            let snapshot = try YAMLSnapshot(data: bytes.span.bytes, providerName: path, parsingOptions: options)
            self.snapshot = snapshot
            self.faults = keys.all.compactMap { Self.fault(of: $0, in: snapshot) }
        } catch {
            // Only the first line: those below quote the file, which may hold secrets.
            let reason = "\(error)".split(separator: "\n").first.map(String.init) ?? ""
            throw ConfigurationError(path, "is not a YAML file of settings: \(reason)")
        }
    }

    private static func fault(of name: String, in snapshot: YAMLSnapshot) -> FieldError? {
        guard ConfigurationKey.named(name) == nil else { return nil }
        if ConfigurationKey.all.contains(where: { $0.name.hasPrefix(name + ".") }) {
            // A section without content is a null, written as nothing, `~` or `null`.
            let result = try? snapshot.value(
                forKey: AbsoluteConfigKey(name.split(separator: ".").map(String.init)), type: .string)
            if case .string(let text) = result?.value?.content, ["", "~", "null"].contains(text) { return nil }
            return FieldError(field: name, message: "is a section; its keys belong below it, indented.")
        }
        let nearest =
            NearestName.of(name, among: ConfigurationKey.all.map(\.name)).map { "; the nearest is \($0)" } ?? ""
        return FieldError(field: FieldCheck.excerpt(name), message: "is not a key\(nearest).")
    }

    private static func isBlank(_ bytes: [UInt8]) -> Bool {
        bytes.split(separator: UInt8(ascii: "\n")).allSatisfy { line in
            let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
            return text.isEmpty || text.first == UInt8(ascii: "#") || text.elementsEqual("---".utf8)
        }
    }

    private static func bytes(at path: String) throws(ConfigurationError) -> [UInt8] {
        func failed(_ message: String) -> ConfigurationError {
            ConfigurationError(path, message)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failed("cannot be opened: \(String(cString: strerror(errno))).") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.largest.bytes + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + filled, $0.count - filled) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failed("cannot be read: \(String(cString: strerror(errno))).") }
            if count == 0 { break }
            filled += count
        }
        guard filled <= Self.largest.bytes else {
            throw failed("is over \(Self.largest); it is not a file of settings.")
        }
        return Array(bytes[..<filled])
    }
}

/// Gathers the keys that the parser reports, in their order.
private final class KeyCollector: Sendable {
    private let keys = Mutex<[String]>([])

    func add(_ key: String) { self.keys.withLock { $0.append(key) } }
    var all: [String] { self.keys.withLock { $0 } }
}
