import RegistryModel

/// What is known of this node's own network, without sending anything to anybody.
public struct NetworkEvidence: Sendable, Hashable {
    /// The way out of this machine.
    public struct Gateway: Sendable, Hashable {
        public var address: String
        public var interface: String
        /// Whether the interface is up and has a carrier; nil: unknown.
        public var hasLink: Bool?
        /// Whether the gateway has answered for its address (ARP); nil: unknown.
        public var isNeighbour: Bool?

        public init(address: String, interface: String, hasLink: Bool? = nil, isNeighbour: Bool? = nil) {
            self.address = address
            self.interface = interface
            self.hasLink = hasLink
            self.isNeighbour = isNeighbour
        }
    }

    /// Whether this process reaches itself over loopback; nil: unknown.
    public var loopbackWorks: Bool?
    /// Nil: there is no default route, or nothing is known of it.
    public var gateway: Gateway?
    /// There was a default route before, and there is none now.
    public var lostRoute: Bool

    public init(loopbackWorks: Bool? = nil, gateway: Gateway? = nil, lostRoute: Bool = false) {
        self.loopbackWorks = loopbackWorks
        self.gateway = gateway
        self.lostRoute = lostRoute
    }

    /// What speaks against this node's network, in a sentence's end; nil when nothing does.
    public var fault: String? {
        if self.loopbackWorks == false { return "this server does not even reach itself over loopback" }
        if self.lostRoute { return "this server has lost its default route" }
        guard let gateway else { return nil }
        if gateway.hasLink == false { return "this server's interface \(gateway.interface) has no link" }
        if gateway.isNeighbour == false { return "this server's gateway \(gateway.address) does not answer" }
        return nil
    }

    /// Whether everything that could be looked at is well, the gateway among it.
    var isWell: Bool {
        guard self.fault == nil, self.loopbackWorks == true, let gateway else { return false }
        return gateway.hasLink == true && gateway.isNeighbour == true
    }

    /// What the registry takes for the cause, and a sentence for people.
    func verdict(on affected: Affected) -> (verdict: Protection.Verdict, detail: String) {
        let (verdict, reason) = self.judge(affected)
        return (verdict, "\(affected.sentence); \(reason).")
    }

    private func judge(_ affected: Affected) -> (Protection.Verdict, String) {
        if self.loopbackWorks == false, let fault { return (.registryNetwork, fault) }
        if affected.isAllLocal {
            guard self.loopbackWorks == true else {
                return (.unclear, "nothing tells whether they or the network failed")
            }
            return (.instances, "they are on this machine, whose loopback works, so they stopped or hang")
        }
        if affected.refusals * 2 > affected.fallen {
            return (.instances, "most of their hosts answer and refuse the connection, so they stopped")
        }
        if let fault { return (.registryNetwork, "\(fault), so it is probably the one that is cut off") }
        if let zone = affected.onlyZone {
            return (.zone, "all of them are in zone \(zone), and others are well, so that zone is probably cut off")
        }
        if self.isWell {
            return (.instances, "this server's own network works, so they stopped or are cut off elsewhere")
        }
        return (.unclear, "nothing tells whether they or the network failed")
    }
}

/// What fell in a service, as far as it tells why.
struct Affected: Sendable, Hashable {
    private(set) var fallen = 0
    private(set) var well = 0
    /// Connections that were refused: the host answered.
    var refusals = 0
    /// The registry doubts everything, and this service only with it.
    var isWide = false
    private var local = 0
    private var fallenZones: Set<String> = []
    private var wellZones: Set<String> = []

    mutating func add(fallen instance: Instance) {
        self.fallen += 1
        self.fallenZones.insert(instance.spec.locality.zone)
        if Self.isLocal(instance.spec.host) { self.local += 1 }
        // As probes put it; a name of a check has no blank.
        if instance.health.error.contains("connection refused") { self.refusals += 1 }
    }

    mutating func add(well instance: Instance) {
        self.well += 1
        self.wellZones.insert(instance.spec.locality.zone)
    }

    var isAllLocal: Bool { self.local == self.fallen }

    /// The one named zone that they are all in, and no other instance of the service is.
    var onlyZone: String? {
        guard self.fallenZones.count == 1, let zone = self.fallenZones.first, !zone.isEmpty, self.well > 0,
            !self.wellZones.contains(zone)
        else { return nil }
        return zone
    }

    var sentence: String {
        "\(self.fallen) of \(self.fallen + self.well) instances went DOWN at once"
            + (self.isWide ? ", and with them most of all services" : "")
    }

    private static func isLocal(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}
