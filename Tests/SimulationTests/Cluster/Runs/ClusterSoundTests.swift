import Testing

/// A cluster as it is keeps its promises, whatever the seed does to it.
@Suite(.serialized)
struct ClusterSoundTests {
    @Test(arguments: Conditions.clusterSeeds)
    func aClusterKeepsItsPromises(seed: UInt64) async throws {
        try await Soundness.expect("cluster seed", .cluster, seed: seed)
    }
}
