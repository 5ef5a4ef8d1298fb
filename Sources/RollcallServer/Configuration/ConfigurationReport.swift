import RegistryJSON

/// What `config show` prints: every setting, its value and where that came from. Secrets are `***`.
public struct ConfigurationReport: Sendable {
    private let loaded: LoadedConfiguration

    public init(_ loaded: LoadedConfiguration) {
        self.loaded = loaded
    }

    /// Aligned columns under a head line: `KEY VALUE FROM`.
    public var table: String {
        let rows =
            [["KEY", "VALUE", "FROM"]]
            + ConfigurationKey.all.map { [$0.name, self.shown($0).text, self.place(of: $0)] }
        let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return (padded + [row[2]]).joined(separator: "  ") + "\n"
        }.joined()
    }

    /// `{"file", "insecure", "settings": [{"key", "value", "origin"}]}`, numbers and lists as such.
    public var json: String {
        var writer = JSONWriter(capacity: 8_192)
        writer.beginObject()
        writer.name("file")
        if let file = self.loaded.file { writer.string(file) } else { writer.null() }
        writer.name("insecure")
        writer.bool(self.loaded.allowsInsecure)
        writer.name("settings")
        writer.beginArray()
        for key in ConfigurationKey.all {
            writer.beginObject()
            writer.name("key")
            writer.string(key.name)
            writer.name("value")
            writer.setting(self.shown(key), form: key.form)
            writer.name("origin")
            writer.string(self.loaded.origin(of: key).rawValue)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    private func shown(_ key: ConfigurationKey) -> SettingText {
        let text = key.text(self.loaded.configuration)
        return key.isSecret && !text.text.isEmpty ? .single("***") : text
    }

    private func place(of key: ConfigurationKey) -> String {
        switch self.loaded.origin(of: key) {
        case .flag: "flag \(key.flag)"
        case .environment: "environment \(key.variable)"
        case .file: "file \(self.loaded.file ?? "")"
        case .byDefault: "default"
        }
    }
}

extension JSONWriter {
    /// A setting as JSON; YAML reads the same.
    mutating func setting(_ text: SettingText, form: SettingForm) {
        switch (form, text) {
        case (.number, .single(let digits)) where !digits.isEmpty: self.raw(Array(digits.utf8))
        case (.flag, .single(let text)): self.raw(Array(text.utf8))
        case (_, .single(let text)): self.string(text)
        case (_, .list(let texts)):
            self.beginArray()
            for text in texts { self.string(text) }
            self.endArray()
        }
    }
}
