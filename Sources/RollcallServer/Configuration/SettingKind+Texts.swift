import RegistryModel

extension SettingKind where Value == String {
    /// Any text, the empty one included.
    static let text = SettingKind.single("a text of at most 1024 bytes") { text in
        text.utf8.count <= 1024 && !text.unicodeScalars.contains { $0.value < 32 } ? text : nil
    } write: { value in
        value
    }

    static let path = SettingKind.single("a path") { text in
        isPath(text) ? text : nil
    } write: { value in
        value
    }

    static let optionalPath = SettingKind.single("a path, or empty") { text in
        text.isEmpty || isPath(text) ? text : nil
    } write: { value in
        value
    }

    static let keyPrefix = SettingKind.single("a text that starts with / and does not end with it") { text in
        text.hasPrefix("/") && !text.hasSuffix("/") && text.utf8.count <= 255 ? text : nil
    } write: { value in
        value
    }

    static let cachePrefix = SettingKind.single("a text of 1 to 255 visible ASCII characters") { text in
        (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { (33...126).contains($0) } ? text : nil
    } write: { value in
        value
    }

    static let host = SettingKind.single("a host name, an IPv4 or an IPv6 address without brackets") { text in
        Hosts.fault(in: text) == nil ? text : nil
    } write: { value in
        value
    }

    static let optionalAuthority = SettingKind.single("a host and a port like 10.0.0.1:8080 or [::1]:8080, or empty") {
        text in
        text.isEmpty || isAuthority(text[...]) ? text : nil
    } write: { value in
        value
    }

    static let optionalHost = SettingKind.single("a host name, an IPv4 or an IPv6 address, or empty") { text in
        text.isEmpty || Hosts.fault(in: text) == nil ? text : nil
    } write: { value in
        value
    }
}

extension SettingKind where Value == AccessLogTarget {
    static let accessLog = SettingKind.single("off, stdout or the path of a file") { text in
        switch text {
        case "off": .off
        case "stdout": .stdout
        default: isPath(text) ? .file(text) : nil
        }
    } write: { value in
        switch value {
        case .off: "off"
        case .stdout: "stdout"
        case .file(let path): path
        }
    }
}

private func isPath(_ text: String) -> Bool {
    (1...4095).contains(text.utf8.count) && !text.unicodeScalars.contains { $0.value < 32 }
}

extension SettingKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enumeration's words.
    static var word: SettingKind {
        .single(words(of: Value.self)) { text in
            Value(rawValue: text)
        } write: { value in
            value.rawValue
        }
    }
}

extension SettingKind {
    /// One of an enumeration's words, or nothing.
    static func optionalWord<Word>() -> SettingKind
    where Value == Word?, Word: RawRepresentable & CaseIterable & Sendable, Word.RawValue == String {
        .single("\(words(of: Word.self)), or empty") { text in
            text.isEmpty ? .some(nil) : Word(rawValue: text).map(Optional.some)
        } write: { value in
            value?.rawValue ?? ""
        }
    }
}

private func words<Word>(of type: Word.Type) -> String
where Word: RawRepresentable & CaseIterable, Word.RawValue == String {
    let words = Word.allCases.map(\.rawValue)
    return "\(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")"
}
