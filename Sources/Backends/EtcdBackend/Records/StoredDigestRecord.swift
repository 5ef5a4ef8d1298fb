import RegistryCatalog
import RegistryModel

/// The stored form of what a node tells all others again and again. Its writer is in its key.
extension StoredDigestRecord {
    init(_ digest: Digest) {
        self.init()
        self.schema = Schema.current
        self.sequence = digest.sequence
        self.applied = digest.applied.rawValue
        self.hashHigh = digest.hash.high
        self.hashLow = digest.hash.low
        self.gaps = Self.gaps(digest.beats)
        self.drains = digest.drains.map { drain in
            var record = StoredPendingDrainRecord()
            record.namespace = drain.service.namespace
            record.service = drain.service.name
            record.revision = drain.revision.rawValue
            return record
        }
        self.moreDrains = digest.hasMoreDrains
        self.standstills = Int64(digest.standstills)
        self.stoodStill = digest.stoodStill
    }

    func model(writer: UInt64) -> Digest {
        Digest(
            writer: writer, sequence: self.sequence, applied: Revision(self.applied),
            hash: StateHash(high: self.hashHigh, low: self.hashLow), beats: Self.numbers(self.gaps),
            drains: self.drains.map { record in
                Digest.PendingDrain(
                    service: ServiceKey(namespace: record.namespace, name: record.service),
                    revision: Revision(record.revision))
            }, hasMoreDrains: self.moreDrains, standstills: Int(self.standstills), stoodStill: self.stoodStill)
    }

    /// Of ascending numbers.
    private static func gaps(_ numbers: [Int64]) -> [UInt64] {
        var last: Int64 = 0
        return numbers.map { number in
            defer { last = number }
            return UInt64(bitPattern: number &- last)
        }
    }

    /// What no writer of ours ever put there comes out as some number, which nobody has.
    private static func numbers(_ gaps: [UInt64]) -> [Int64] {
        var last: Int64 = 0
        return gaps.map { gap in
            last = last &+ Int64(bitPattern: gap)
            return last
        }
    }
}
