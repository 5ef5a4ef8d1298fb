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

    /// The connections that checks are made over. In the file they belong to the section `health`.
    public struct Probes: Sendable, Hashable {
        /// Connections at once; fewer where the limit of open files allows fewer. 2,000.
        public var maxConnections = 2_000
        /// A PEM file with authorities that are trusted besides those of the system. None.
        public var tlsCAFile = ""

        public init() {}
    }

    /// What the section `outbound` comes to on this server.
    public var outboundPolicy: OutboundPolicy {
        OutboundPolicy(
            allow: self.outbound.allow, deny: self.outbound.deny, listensOnLoopbackAlone: !BindPolicy.isOpen(self))
    }
}
