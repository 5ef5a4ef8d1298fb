public import RegistryModel

extension ServerConfiguration {
    /// Where probes and callbacks may go.
    public struct Outbound: Sendable, Hashable {
        /// Empty: anywhere but what is denied or never allowed.
        public var allow: [OutboundRule] = []
        /// Holds also for what `allow` has.
        public var deny: [OutboundRule] = []

        public init() {}
    }

    /// What the section `outbound` comes to on this server.
    public var outboundPolicy: OutboundPolicy {
        OutboundPolicy(
            allow: self.outbound.allow, deny: self.outbound.deny, listensOnLoopbackAlone: !BindPolicy.isOpen(self))
    }
}
