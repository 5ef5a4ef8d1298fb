public import RegistryCatalog
import RegistryModel
import Synchronization

/// What a node has counted of its cluster since it started.
public struct ClusterFigures: Sendable, Hashable {
    /// Digests of this node that the store confirmed, and those of others that came.
    public internal(set) var digestsWritten = 0
    public internal(set) var digestsTaken = 0
    /// Beats in them.
    public internal(set) var ownBeats = 0
    public internal(set) var othersBeats = 0
    /// Comparisons of this node's state with another's, at the same revision, that found them different.
    public internal(set) var hashMismatches = 0

    mutating func note(_ digest: Digest, isOwn: Bool) {
        if isOwn {
            self.digestsWritten += 1
            self.ownBeats += digest.beats.count
        } else {
            self.digestsTaken += 1
            self.othersBeats += digest.beats.count
        }
    }
}

/// How a cluster is at one moment, as far as a node knows without asking anybody.
public struct ClusterSample: Sendable, Hashable {
    public var figures: ClusterFigures
    /// Processes that take part, this one included once it does.
    public var members: Int
    /// How many revisions each node is behind this one, at its newest digest, by ``Member/node``. Of two processes on one data
    /// directory the one that is further behind counts.
    public var lags: [String: Int64]
    /// Whether this node cannot judge who is silent.
    public var isCutOff: Bool
    /// As it was when it was asked last; nil: it was not yet.
    public var store: StoreReport?
    /// Why nothing may be written though the store could be.
    public var obstacle: StoreError?
}

extension ClusterNode {
    /// What is known at this moment.
    public var sample: ClusterSample {
        let now = self.clock.monotonicMilliseconds
        let obstacle = self.store.obstacle
        return self.state.withLock { state in
            var lags: [String: Int64] = [:]
            for member in state.roster.members.values {
                let isSelf = member.id == self.memberID
                guard let applied = isSelf ? state.basis.applied : state.ledger[member.id]?.applied else { continue }
                let lag = max(0, state.basis.applied.rawValue - applied.rawValue)
                lags[member.node] = max(lag, lags[member.node] ?? 0)
            }
            return ClusterSample(
                figures: state.figures, members: state.roster.members.count, lags: lags,
                isCutOff: state.confirmation.isOverdue(now: now), store: state.storeReport, obstacle: obstacle)
        }
    }
}
