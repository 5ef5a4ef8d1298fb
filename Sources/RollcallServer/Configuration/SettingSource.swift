import Configuration
import RegistryModel

/// Where the value of a setting came from.
public enum SettingOrigin: String, Sendable, Hashable, CaseIterable {
    case flag, environment, file
    case byDefault = "default"
}

/// One place that settings are read from.
struct SettingSource: Sendable {
    let origin: SettingOrigin
    private let snapshot: any ConfigSnapshot

    /// What stands in this source for `key`; nil when nothing does.
    func text(of key: ConfigurationKey) throws(ConfigurationError) -> SettingText? {
        let content: ConfigContent?
        do {
            let type: ConfigType = key.form == .list || self.origin == .flag ? .stringArray : .string
            content = try self.snapshot.value(forKey: AbsoluteConfigKey(key.components), type: type).value?.content
        } catch {
            let shape = key.form == .list ? "one value" : "a list"
            throw ConfigurationError(key.name, "is \(shape) in the file; it must be \(key.expectation).")
        }
        switch content {
        case .string(let text):
            // YAML's null arrives as its spelling; nobody who writes it means a directory of that name.
            guard self.origin != .file || !Self.nulls.contains(text) else {
                throw ConfigurationError(key.name, "is null in the file; leave the key out to have its default.")
            }
            return .single(text)
        case .stringArray(let texts):
            // The reader of flags splits at commas, which belong to a text.
            return key.form == .list
                ? .list(texts.map(Self.trimmed).filter { !$0.isEmpty }) : .single(texts.joined(separator: ","))
        default:
            return nil
        }
    }

    private static let nulls: Set = ["~", "null", "Null", "NULL"]

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0 == " " }
        return String(start[..<(start.lastIndex { $0 != " " }.map(start.index(after:)) ?? start.startIndex)])
    }
}

extension SettingSource {
    init(_ flags: CommandLineFlags) {
        // The reader skips the first argument, the program's name.
        let provider = CommandLineArgumentsProvider(arguments: ["rollcall"] + flags.settings)
        self.origin = .flag
        self.snapshot = provider.mapKeys { key in
            AbsoluteConfigKey(key.components.map { $0.split(separator: "_").joined(separator: "-") })
        }.snapshot()
    }

    init(_ environment: EnvironmentSettings) {
        self.origin = .environment
        self.snapshot = EnvironmentVariablesProvider(environmentVariables: environment.settings)
            .prefixKeys(with: "rollcall").snapshot()
    }

    init?(_ file: ConfigurationFile) {
        guard let snapshot = file.snapshot else { return nil }
        self.origin = .file
        self.snapshot = snapshot
    }
}
