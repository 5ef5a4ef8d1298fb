import RegistryModel

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
        return isAuthority(authority)
    }
}

/// Whether a text is a host and a port.
func isAuthority(_ text: Substring) -> Bool {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
        Limits.port.contains(port)
    else { return false }
    let host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    return host.contains(":") == isBracketed
        && Hosts.fault(in: String(isBracketed ? host.dropFirst().dropLast() : host)) == nil
}

extension SettingKind where Value == [OutboundRule] {
    static let networks = SettingKind(
        form: .list, expectation: "a list of addresses, networks like 10.0.0.0/8 and host names"
    ) { text in
        guard case .list(let texts) = text, texts.count <= 256 else { return nil }
        let rules = texts.compactMap(OutboundRule.init)
        return rules.count == texts.count ? rules : nil
    } write: { value in
        .list(value.map(\.description))
    }
}
