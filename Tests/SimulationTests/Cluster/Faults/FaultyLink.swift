import RegistryCatalog
import RegistryModel

/// A node that says what is not so.
struct FaultyLink: ClusterLink {
    let node: any ClusterLink
    let fault: ClusterFault

    var memberID: UInt64 { self.node.memberID }

    func announce(
        _ beats: [Int64], deadline: Int64, completion: @escaping @Sendable (RegistryError?) -> Void
    ) {
        guard self.fault == .acknowledgesBeforeTheDigest else {
            return self.node.announce(beats, deadline: deadline, completion: completion)
        }
        self.node.announce(beats, deadline: deadline) { _ in }
        completion(nil)
    }

    func rank(for service: ServiceKey) -> Int { self.node.rank(for: service) }

    func isCutOff(now: Int64) -> Bool { self.fault != .hidesStandstills && self.node.isCutOff(now: now) }

    func silence(now: Int64) -> TimeSpan { self.node.silence(now: now) }

    func mayMissBeats(in events: [ClusterEvent]) -> Bool {
        let mayMiss = self.node.mayMissBeats(in: events)
        switch self.fault {
        case .ignoresGaps: return false
        case .freshTTLAtEachMember:
            return mayMiss
                || events.contains { event in
                    switch event {
                    case .joined, .left: true
                    case .digest, .reloaded: false
                    }
                }
        default: return mayMiss
        }
    }

    func take(_ events: [ClusterEvent], basis: DigestBasis) { self.node.take(events, basis: basis) }

    func standing(of drain: Digest.PendingDrain) -> [DrainReport.Node] {
        let standings = self.node.standing(of: drain)
        guard self.fault == .confirmsDrainsForOthers else { return standings }
        return standings.map { DrainReport.Node(name: $0.name, standing: .informed) }
    }
}
