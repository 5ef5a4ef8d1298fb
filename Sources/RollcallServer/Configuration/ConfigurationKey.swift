/// One setting: its names, its type, its default and what it does.
public struct ConfigurationKey: Sendable {
    /// The key in the file, its sections joined with dots: `server.body_limit`.
    public let name: String
    /// What a value has to be, as the end of a sentence that starts with "it must be".
    public let expectation: String
    /// What it sets, in a sentence.
    public let summary: String
    /// Whether its value is shown as `***`.
    public let isSecret: Bool

    let form: SettingForm
    /// What of it this version can do.
    let support: SettingSupport
    /// Puts a text into a configuration; false when the text is not a value of this key's kind.
    let assign: @Sendable (SettingText, inout ServerConfiguration) -> Bool
    /// Reads the value out of a configuration.
    let text: @Sendable (ServerConfiguration) -> SettingText

    init<Value>(
        _ name: String, _ field: any WritableKeyPath<ServerConfiguration, Value> & Sendable, _ kind: SettingKind<Value>,
        secret: Bool = false, support: SettingSupport = .full, _ summary: String
    ) {
        self.name = name
        self.expectation = kind.expectation
        self.summary = summary
        self.isSecret = secret
        self.form = kind.form
        self.support = support
        self.assign = { text, configuration in
            guard let value = kind.read(text) else { return false }
            configuration[keyPath: field] = value
            return true
        }
        self.text = { kind.write($0[keyPath: field]) }
    }

    /// `--server-body-limit`
    public var flag: String {
        "--" + self.name.map { $0 == "." || $0 == "_" ? "-" : String($0) }.joined()
    }

    /// `ROLLCALL_SERVER_BODY_LIMIT`
    public var variable: String {
        "ROLLCALL_" + self.name.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    /// `["server", "body_limit"]`
    var components: [String] {
        self.name.split(separator: ".").map(String.init)
    }

    var defaultText: SettingText { self.text(ServerConfiguration()) }
}

/// What this version can do with a setting.
enum SettingSupport: Sendable, Hashable {
    case full
    /// Nothing but the default; the reason ends a sentence that starts with "but this version".
    case defaultOnly(String)
    /// Nothing but these values.
    case only([String], String)

    /// Why `text` cannot be had, nil when it can.
    func refusal(of text: SettingText, default defaultText: SettingText) -> String? {
        switch self {
        case .full: nil
        case .defaultOnly(let reason): text == defaultText ? nil : reason
        case .only(let texts, let reason): texts.contains(text.text) ? nil : reason
        }
    }
}
