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
