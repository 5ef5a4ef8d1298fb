/// A setting as it is written: one text, or a list of texts.
enum SettingText: Sendable, Hashable {
    case single(String)
    case list([String])

    /// As people read it in tables and errors: a list is joined with commas.
    var text: String {
        switch self {
        case .single(let text): text
        case .list(let texts): texts.joined(separator: ",")
        }
    }
}

/// How a setting is written in a file and shown in JSON.
enum SettingForm: Sendable, Hashable {
    case text, number, list
    /// `true` or `false`.
    case flag
}
