/// Where the registry may connect to on behalf of others: its probes and its callbacks.
///
/// A name is resolved once, each address it has is held against `fault(address:host:)`, and one that passes is dialled itself: a second
/// look-up could answer otherwise. The same goes for every place a redirect leads to.
public struct OutboundPolicy: Sendable, Hashable {
    private let allow: [OutboundRule]
    private let deny: [OutboundRule]
    private let listensOnLoopbackAlone: Bool

    /// - Parameters:
    ///   - allow: Empty: anywhere but what is denied or never allowed. Else only these.
    ///   - deny: Holds also for what `allow` has.
    ///   - listensOnLoopbackAlone: Whether only users of this machine reach the server; else one of them could use it to reach
    ///     what others do not, and loopback is dialled only where `allow` names it.
    public init(allow: [OutboundRule] = [], deny: [OutboundRule] = [], listensOnLoopbackAlone: Bool) {
        self.allow = allow
        self.deny = deny
        self.listensOnLoopbackAlone = listensOnLoopbackAlone
    }

    /// Why this host may not be dialled, as a sentence, as far as that can be said without looking the name up; nil: not known yet.
    ///
    /// - Parameter host: A name, an IPv4 or an IPv6 address without brackets.
    public func fault(host: String) -> String? {
        if let fault = Hosts.fault(in: host) { return "The host \(fault)." }
        if let address = IPAddress(host) { return self.fault(address: address, host: host) }
        let name = OutboundRule.canonical(host)
        if self.deny.contains(where: { $0.covers(name: name) }) {
            return "\(FieldCheck.excerpt(name)) is in outbound.deny."
        }
        let mayBeAllowed = self.allow.isEmpty || self.allow.contains { $0.covers(name: name) || $0.isNetwork }
        return mayBeAllowed ? nil : "\(FieldCheck.excerpt(name)) is not in outbound.allow."
    }

    /// Why this address may not be dialled, as a sentence; nil when it may.
    ///
    /// - Parameters:
    ///   - address: What `host` was resolved to, or is.
    ///   - host: As for `fault(host:)`; its name is held against the rules too.
    public func fault(address: IPAddress, host: String) -> String? {
        let name = OutboundRule.canonical(host)
        let isName = IPAddress(host) == nil
        let subject = isName ? "\(FieldCheck.excerpt(name)) is at \(address), which" : "\(address)"
        if let kind = ForbiddenAddresses.kind(of: address) { return "\(subject) is \(kind) and never dialled." }
        let forms = [address] + address.embedded
        if let rule = self.deny.first(where: { rule in rule.covers(name: name) || forms.contains(where: rule.covers) })
        {
            return "\(subject) is in outbound.deny (\(rule))."
        }
        let rules = self.allow.filter { $0.covers(name: name) || $0.covers(address) }
        guard self.allow.isEmpty || !rules.isEmpty else { return "\(subject) is not in outbound.allow." }
        let mayDialLoopback = self.listensOnLoopbackAlone || rules.contains(where: \.namesLoopback)
        if !mayDialLoopback, forms.contains(where: \.isLoopback) {
            return "\(subject) is on this machine; others reach this server, so outbound.allow would have to name it."
        }
        return nil
    }
}

extension OutboundRule {
    fileprivate var isNetwork: Bool {
        guard case .network = self else { return false }
        return true
    }
}
