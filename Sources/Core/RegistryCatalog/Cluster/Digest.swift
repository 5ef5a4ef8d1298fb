public import RegistryModel

/// What one node tells all others again and again: who has beaten at it since the last time, and how far it is.
public struct Digest: Sendable, Hashable {
    /// ``Member/id`` of its writer.
    public var writer: UInt64
    /// Counts from 1 for each writer. A gap: beats may have been missed.
    public var sequence: Int64
    /// The commit up to which its writer's answers and watches had come.
    public var applied: Revision
    /// Its writer's state there.
    public var hash: StateHash
    /// The numbers of the instances that beat, ascending.
    public var beats: [Int64]
    /// Drains that readers at its writer have not all taken over.
    public var drains: [PendingDrain]
    /// There are more than fit.
    public var hasMoreDrains: Bool
    /// How often, and for how many milliseconds, its writer's liveness time stood still since it started.
    public var standstills: Int
    public var stoodStill: Int64

    /// A drain that has not come through everywhere.
    public struct PendingDrain: Sendable, Hashable {
        public var service: ServiceKey
        public var revision: Revision

        public init(service: ServiceKey, revision: Revision) {
            self.service = service
            self.revision = revision
        }
    }

    public init(
        writer: UInt64, sequence: Int64, applied: Revision, hash: StateHash, beats: [Int64],
        drains: [PendingDrain] = [], hasMoreDrains: Bool = false, standstills: Int = 0, stoodStill: Int64 = 0
    ) {
        self.writer = writer
        self.sequence = sequence
        self.applied = applied
        self.hash = hash
        self.beats = beats
        self.drains = drains
        self.hasMoreDrains = hasMoreDrains
        self.standstills = standstills
        self.stoodStill = stoodStill
    }
}
