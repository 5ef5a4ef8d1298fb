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
    static func single(
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

extension SettingKind where Value == Bool {
    static let flag = SettingKind.single("true or false", form: .flag) { text in
        Bool(text)
    } write: { value in
        String(value)
    }
}

extension SettingKind where Value == Double? {
    static let optionalFraction = SettingKind.single("a number from 0 to 1, or empty", form: .number) { text in
        if text.isEmpty { return .some(nil) }
        return Double(text).flatMap { (0...1).contains($0) ? .some($0) : nil }
    } write: { value in
        value.map { String($0) } ?? ""
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

extension SettingKind where Value == TimeSpan {
    /// How often something is done; zero: never.
    static func interval(_ range: ClosedRange<TimeSpan>) -> SettingKind {
        .single("a duration from \(range.lowerBound) to \(range.upperBound), like 10s or 1h30m, or never") { text in
            if text == "never" { return .zero }
            return TimeSpan(text).flatMap { $0 == .zero || range.contains($0) ? $0 : nil }
        } write: { value in
            value == .zero ? "never" : value.description
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
