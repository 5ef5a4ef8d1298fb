import Logging
import RegistryModel

/// How the text of a setting becomes a value, and back.
struct SettingKind<Value: Sendable>: Sendable {
    let form: SettingForm
    /// What a value has to be, as the end of a sentence that starts with "it must be".
    let expectation: String
    /// Nil when the text is not such a value.
    let read: @Sendable (SettingText) -> Value?
    let write: @Sendable (Value) -> SettingText

    /// A kind whose values are written as one text.
    private static func single(
        _ expectation: String, form: SettingForm = .text, read: @escaping @Sendable (String) -> Value?,
        write: @escaping @Sendable (Value) -> String
    ) -> SettingKind {
        SettingKind(form: form, expectation: expectation) { text in
            guard case .single(let text) = text else { return nil }
            return read(text)
        } write: { value in
            .single(write(value))
        }
    }
}

extension SettingKind where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> SettingKind {
        .single("a whole number from \(range.lowerBound) to \(range.upperBound)", form: .number) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        } write: { value in
            String(value)
        }
    }

    /// A port to listen on.
    static let listenerPort = integer(0...Limits.port.upperBound)
    /// A port to connect to.
    static let remotePort = integer(Limits.port)
}

extension SettingKind where Value == Double {
    static let fraction = SettingKind.single("a number from 0 to 1", form: .number) { text in
        Double(text).flatMap { (0...1).contains($0) ? $0 : nil }
    } write: { value in
        String(value)
    }
}

extension SettingKind where Value == TimeSpan {
    static func duration(_ range: ClosedRange<TimeSpan>) -> SettingKind {
        .single("a duration from \(range.lowerBound) to \(range.upperBound), like 10s or 1h30m") { text in
            TimeSpan(text).flatMap { range.contains($0) ? $0 : nil }
        } write: { value in
            value.description
        }
    }
}

extension SettingKind where Value == Lifetime? {
    static func optionalLifetime(_ range: ClosedRange<TimeSpan>) -> SettingKind {
        .single("a duration from \(range.lowerBound) to \(range.upperBound), never, or empty") { text in
            if text.isEmpty { return .some(nil) }
            switch Lifetime(text) {
            case .after(let span) where !range.contains(span): return nil
            case let lifetime: return lifetime.map(Optional.some)
            }
        } write: { value in
            value?.description ?? ""
        }
    }
}

extension SettingKind where Value == ByteCount {
    static func bytes(_ range: ClosedRange<ByteCount>) -> SettingKind {
        .single("a number of bytes from \(range.lowerBound) to \(range.upperBound), like 65536 or 64KiB") { text in
            ByteCount(text).flatMap { range.contains($0) ? $0 : nil }
        } write: { value in
            value.description
        }
    }
}

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

    static let keyPrefix = SettingKind.single("a text that starts with / and does not end with it") { text in
        text.hasPrefix("/") && !text.hasSuffix("/") && text.utf8.count <= 255 ? text : nil
    } write: { value in
        value
    }

    static let host = SettingKind.single("a host name, an IPv4 or an IPv6 address without brackets") { text in
        Hosts.fault(in: text) == nil ? text : nil
    } write: { value in
        value
    }

    static let optionalHost = SettingKind.single("a host name, an IPv4 or an IPv6 address, or empty") { text in
        text.isEmpty || Hosts.fault(in: text) == nil ? text : nil
    } write: { value in
        value
    }
}

extension SettingKind where Value == AccessLog {
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

extension SettingKind where Value == [String] {
    /// A list each of whose entries satisfies `isEntry`; `entries` says what they have to be.
    static func list(of entries: String, _ isEntry: @escaping @Sendable (String) -> Bool) -> SettingKind {
        SettingKind(form: .list, expectation: "a list of \(entries)") { text in
            guard case .list(let texts) = text, texts.count <= 256, texts.allSatisfy(isEntry) else { return nil }
            return texts
        } write: { value in
            .list(value)
        }
    }

    static let endpoints = list(of: "host:port, http://host:port or https://host:port") { text in
        let schemes = ["http://", "https://"]
        let authority = schemes.first(where: text.hasPrefix).map { text.dropFirst($0.count) } ?? text[...]
        guard let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...]),
            Limits.port.contains(port)
        else { return false }
        let host = authority[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        return host.contains(":") == isBracketed
            && Hosts.fault(in: String(isBracketed ? host.dropFirst().dropLast() : host)) == nil
    }

    static let networks = list(of: "addresses, networks like 10.0.0.0/8 and host names") { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let host = parts.first.map(String.init), Hosts.fault(in: host) == nil else { return false }
        if parts.count == 1 { return true }
        guard parts.count == 2, let length = Int(parts[1]), let bits = BindPolicy.addressBits(of: host) else {
            return false
        }
        return (0...bits).contains(length)
    }
}
