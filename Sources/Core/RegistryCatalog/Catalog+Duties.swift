public import RegistryModel

/// What one node does on behalf of all: probes, deliveries, housekeeping. On a node that is alone all of it is its own.
extension Catalog {
    /// Whether this node is the first in rank for what is to be done about a service.
    public func isOnDuty(for service: ServiceKey) -> Bool { self.precedence(of: service) == .zero }

    /// How long this node leaves it to those before it in rank to do something about a service.
    public func precedence(of service: ServiceKey) -> TimeSpan {
        guard let link = self.link else { return .zero }
        return .milliseconds(Int64(link.rank(for: service)) * CatalogSettings.precedence.milliseconds)
    }

    /// Whether this node has not heard of itself through the store for so long that what it sees of others says nothing.
    public var isCutOff: Bool { self.link?.isCutOff(now: self.clock.monotonicMilliseconds) ?? false }

    /// Of what is found to be done, what this node is to do now.
    func own(_ commands: [Command], _ turns: inout Turns) -> [Command] {
        turns.take(commands, now: self.clock.monotonicMilliseconds) { self.precedence(of: $0) }
    }
}

extension [ClusterEvent] {
    /// Whether after these another node may be the first in rank.
    var mayMoveDuties: Bool {
        self.contains { event in
            switch event {
            case .joined, .left, .reloaded: true
            case .digest: false
            }
        }
    }
}
