/// Gives equal parts of specs one storage: a bounded table of the specs met lately, by what their traits hash to.
///
/// There may be a million specs, and mostly few different traits. A spec that meets another in its place of the table shares with
/// it what is equal; one with other traits takes the place over, so a table that is too small costs memory and nothing else.
public struct SharedSpecs: Sendable {
    private static let places = 4_096
    /// Bytes of metadata of a spec that is kept here, so that the table stays small whatever it meets.
    private static let metadataBytes = 1_024

    private var specs: [InstanceSpec?] = []

    public init() {}

    /// Takes over the storage of an earlier spec for whatever is equal in both. Nothing that can be read changes.
    public mutating func share(_ spec: inout InstanceSpec) {
        if self.specs.isEmpty { self.specs = Array(repeating: nil, count: Self.places) }
        var hasher = Hasher()
        spec.hashTraits(into: &hasher)
        let place = Int(UInt(bitPattern: hasher.finalize()) % UInt(Self.places))
        if let known = self.specs[place] {
            spec.share(with: known)
            if spec.hasTraits(of: known) { return }
        }
        if spec.metadata.textBytes <= Self.metadataBytes { self.specs[place] = spec }
    }
}
