import RegistryCatalog
import RegistryModel

/// Which values occur in the changes of one commit, as a Bloom filter of 64 bits with one hash function.
///
/// It lies beside the changes in the history, so that a query passes over a commit that cannot have what it looks for
/// without reading its changes. A bit may be set for another value; one that is not set is certain.
/// Source: B. H. Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors" (1970).
struct CommitSignature: Hashable {
    /// What a value is; equal text in two places is two values.
    private enum Place: UInt8 {
        case namespace = 1
        case service = 2
        case instance = 3
        case actor = 4
        case cause = 5
    }

    private(set) var bits: UInt64 = 0

    init(of changes: [Change]) {
        var last: Change?
        for change in changes {
            // Changes of one commit are much alike: hash what is new.
            if change.service.namespace != last?.service.namespace { self.insert(.namespace, change.service.namespace) }
            if change.service.name != last?.service.name { self.insert(.service, change.service.name) }
            if change.actor != last?.actor { self.insert(.actor, change.actor) }
            if change.cause != last?.cause { self.insert(.cause, change.cause.description) }
            self.insert(.instance, change.instance)
            last = change
        }
    }

    /// The bits that a commit must have to hold a record that fits.
    init(wantedBy query: HistoryQuery) {
        if let namespace = query.namespace { self.insert(.namespace, namespace) }
        if let service = query.service { self.insert(.service, service) }
        if let instance = query.instance { self.insert(.instance, instance) }
        if let actor = query.actor { self.insert(.actor, actor) }
        if let cause = query.cause { self.insert(.cause, cause.description) }
    }

    private mutating func insert(_ place: Place, _ value: String) {
        // FNV-1a of 64 bits, then Knuth's multiplicative hashing down to 6. It is stored, so it must never change.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        hash = (hash ^ UInt64(place.rawValue)) &* 0x0000_0100_0000_01B3
        for byte in value.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        self.bits |= 1 << (((hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15) >> 58)
    }
}
