import Testing

/// The registry as it is keeps its promises, whatever the seed does to it.
@Suite(.serialized)
struct SoundTests {
    @Test(arguments: Conditions.seeds)
    func aWorldKeepsItsPromises(seed: UInt64) async throws {
        try await Soundness.expect("seed", SimulationSettings(), seed: seed)
    }
}
