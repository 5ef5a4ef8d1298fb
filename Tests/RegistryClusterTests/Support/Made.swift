import RegistryCatalog
import RegistryModel
import RegistryTestKit

/// Values of which a test says only what matters to it.
enum Made {
    static func member(_ id: UInt64, node: String? = nil, epoch: Int64? = nil) -> Member {
        Member(
            id: id, epoch: epoch ?? Int64(truncatingIfNeeded: id), node: node ?? "node-\(id)",
            address: "127.0.0.\(id):8080",
            version: "1.2.3", schema: 3, startedAt: Sample.time)
    }

    static func hash(_ number: UInt64) -> StateHash { StateHash(high: 0, low: number) }

    static func digest(
        _ writer: UInt64, _ sequence: Int64 = 1, applied: Int64 = 1, hash: UInt64 = 0, beats: [Int64] = [],
        drains: [Digest.PendingDrain] = [], hasMoreDrains: Bool = false
    ) -> Digest {
        Digest(
            writer: writer, sequence: sequence, applied: Revision(applied), hash: Self.hash(hash), beats: beats,
            drains: drains, hasMoreDrains: hasMoreDrains)
    }

    static func event(_ digest: Digest) -> ClusterEvent { .digest(digest, position: digest.sequence) }

    static let services = (0..<1_000).map { ServiceKey(namespace: "n\($0 % 7)", name: "service-\($0)") }
}
