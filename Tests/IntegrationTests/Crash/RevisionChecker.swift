import RollcallClient

/// P2: a service's revision never decreases, for any observer, and none sees after a restart less than anybody saw before.
struct RevisionChecker {
    private(set) var violations: [String] = []
    /// By observer and service.
    private var seen: [Sight: Revision] = [:]
    /// What somebody saw before the last restart.
    private var floor: [ServiceKey: Revision] = [:]

    private struct Sight: Hashable {
        let observer: String
        let service: ServiceKey
    }

    /// The next that an observer sees of a service.
    mutating func observe(_ service: ServiceKey, at revision: Revision, by observer: String) {
        let sight = Sight(observer: observer, service: service)
        if let before = self.seen[sight], before > revision {
            self.violations.append("\(observer) saw \(service) at \(before) and then at \(revision)")
        }
        if let before = self.floor[service], before > revision {
            self.violations.append("\(observer) saw \(service) at \(revision); before the restart it was at \(before)")
        }
        self.seen[sight] = max(self.seen[sight] ?? .zero, revision)
    }

    /// The server was killed. Whoever looks again may have to go back, but not behind what it saw.
    mutating func restart() {
        for (sight, revision) in self.seen {
            self.floor[sight.service] = max(self.floor[sight.service] ?? .zero, revision)
        }
    }
}
