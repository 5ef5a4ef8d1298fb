/// The names of what a snapshot is kept under.
struct SnapshotKeys: Hashable {
    let prefix: String

    /// A hash: the manifest, its generation, and of it what scripts compare.
    var manifest: String { "\(self.prefix):snapshot" }

    /// Who was refused last because another registry's snapshot is there (``SnapshotRival``).
    var rival: String { "\(self.prefix):rival" }

    /// What the names of chunks begin with.
    var chunks: String { "\(self.prefix):snapshot:" }

    /// One chunk of one generation: every snapshot has names of its own, so that none is ever half of one and half of another.
    func chunk(_ index: Int, of generation: String) -> String { "\(self.chunks)\(generation):\(index)" }

    /// A name that no other snapshot has.
    static func newGeneration() -> String {
        String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    }

    /// The fields of the manifest's hash.
    enum Field {
        static let manifest = "manifest"
        static let registry = "registry"
        /// Of no manifest that was written before there was this field. A version that does not know it leaves it as it is.
        static let store = "store"
        static let timeline = "timeline"
        static let revision = "revision"
        static let generation = "generation"
        static let chunks = "chunks"
    }
}
