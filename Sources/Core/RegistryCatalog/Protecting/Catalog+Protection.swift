import Logging
import RegistryModel
import Synchronization

/// The newest look at this node's own network; too old a one counts for nothing.
final class NetworkWatch: Sendable {
    private static let validity: Int64 = 30_000

    private let newest = Mutex<(evidence: NetworkEvidence, time: Int64)?>(nil)

    func note(_ evidence: NetworkEvidence, at now: Int64) { self.newest.withLock { $0 = (evidence, now) } }

    /// Monotonic milliseconds.
    func evidence(at now: Int64) -> NetworkEvidence {
        self.newest.withLock { newest in
            guard let newest, now - newest.time <= Self.validity else { return NetworkEvidence() }
            return newest.evidence
        }
    }
}

extension Catalog {
    /// Tells what somebody has just seen of this node's network.
    public func note(_ evidence: NetworkEvidence) {
        self.committer.network.note(evidence, at: self.clock.monotonicMilliseconds)
    }

    /// Ends doubts that no command ends, flags what could not be flagged at once, and completes what was written in part.
    func reviewServices() async {
        let rule = ProtectionRule(settings: self.settings)
        var turns = Turns()
        while await self.sleep(CatalogSettings.protectionReview) {
            for _ in 0..<CatalogSettings.reviewRounds {
                let time = self.clock.wallTime
                let keys = self.applier.withState {
                    $0.unreviewed(rule, at: time) + $0.behind.prefix(CatalogSettings.groupLimit)
                }
                let commands = self.own(keys.map { .reviewService($0) }, &turns)
                guard !commands.isEmpty else { break }
                let before = self.appliedRevision
                _ = await self.performOwn(commands)
                // What failed, or came to nothing, is tried at the next turn.
                guard self.appliedRevision > before else { break }
            }
        }
    }
}
