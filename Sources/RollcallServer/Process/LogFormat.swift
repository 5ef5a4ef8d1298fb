public import Logging
public import RegistryCatalog
import RegistryJSON
import RegistryModel

/// A log handler that writes one JSON object a line:
/// `{"time":"…","level":"info","label":"rollcall","message":"…","metadata":{…}}`.
///
/// The line is made before the output's lock is taken.
public struct LogFormat: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let output: LogOutput
    private let clock: any RegistryClock

    public init(
        label: String, level: Logger.Level, output: LogOutput = .standardError, clock: any RegistryClock = SystemClock()
    ) {
        self.label = label
        self.logLevel = level
        self.output = output
        self.clock = clock
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.name("time")
        writer.timestamp(self.clock.wallTime)
        writer.name("level")
        writer.string(event.level.rawValue)
        writer.name("label")
        writer.string(self.label)
        writer.name("message")
        writer.string(event.message.description)
        if let error = event.error {
            writer.name("error")
            writer.string("\(error)")
        }
        let metadata = self.merged(with: event.metadata)
        if !metadata.isEmpty {
            writer.name("metadata")
            Self.write(metadata, to: &writer)
        }
        writer.endObject()
        var line = writer.bytes
        line.append(UInt8(ascii: "\n"))
        line.withUnsafeBytes { self.output.append(line: $0) }
    }

    /// What the call says outweighs what its context says, and that what the logger says.
    private func merged(with call: Logger.Metadata?) -> Logger.Metadata {
        var metadata = self.metadata
        if let provided = self.metadataProvider?.get(), !provided.isEmpty {
            metadata.merge(provided) { _, provided in provided }
        }
        if let call { metadata.merge(call) { _, call in call } }
        return metadata
    }

    private static func write(_ metadata: Logger.Metadata, to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            writer.name(key)
            self.write(value, to: &writer)
        }
        writer.endObject()
    }

    private static func write(_ value: Logger.Metadata.Value, to writer: inout JSONWriter) {
        switch value {
        case .string(let text): writer.string(text)
        case .stringConvertible(let number as Int): writer.integer(number)
        case .stringConvertible(let number as Int64): writer.integer(number)
        case .stringConvertible(let number as Double): writer.number(number)
        case .stringConvertible(let flag as Bool): writer.bool(flag)
        case .stringConvertible(let other): writer.string(other.description)
        case .dictionary(let metadata): self.write(metadata, to: &writer)
        case .array(let values):
            writer.beginArray()
            for value in values { self.write(value, to: &writer) }
            writer.endArray()
        }
    }
}
