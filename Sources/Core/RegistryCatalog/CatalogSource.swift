import Synchronization

/// Where the answers of a node come from (`Rollcall-Source`).
public enum CatalogSource: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// The store, which this node follows.
    case live
    /// What the node knew, or a shared cache did, of a store that cannot be followed.
    case cache
    /// The last snapshot on disk, of a store that cannot be followed.
    case file

    public var description: String {
        switch self {
        case .live: "live"
        case .cache: "cache"
        case .file: "file"
        }
    }
}

/// A source that changes while it is read.
final class AtomicSource: Sendable {
    private let value = Atomic<UInt8>(CatalogSource.live.rawValue)

    func load() -> CatalogSource { CatalogSource(rawValue: self.value.load(ordering: .acquiring)) ?? .live }
    func store(_ source: CatalogSource) { self.value.store(source.rawValue, ordering: .releasing) }
}
