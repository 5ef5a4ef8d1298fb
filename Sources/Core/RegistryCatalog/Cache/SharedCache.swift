/// Where the last snapshot of the whole catalogue is kept besides the store, for a start while the store cannot be reached.
///
/// Nothing rests on it: a cache that is empty, old, slow or gone costs no right answer. Every call ends within a bound of the
/// cache's own, and a snapshot that is not whole is never given out.
public protocol SharedCache: Sendable {
    var kind: CacheKind { get }

    /// Which snapshot is there, as its manifest says; nil: none. Whether it is whole shows when it is loaded.
    func position() async throws(CacheError) -> SnapshotPosition?

    /// Whether two registries write there, and nothing there tells which of them is this node's.
    func hasRival() async throws(CacheError) -> Bool

    /// Whether the snapshot at this position, or a newer one of the same registry, is there with all of its parts. Lets it last as
    /// long as if it had just been saved. Cheap: the parts themselves are not read.
    func confirm(_ position: SnapshotPosition) async throws(CacheError) -> Bool

    /// Keeps the snapshot instead of what is there, unless that is as new. Either all of it is kept or nothing changes.
    func save(_ snapshot: CatalogSnapshot) async throws(CacheError) -> CacheSaving

    /// The snapshot, nil when there is none. Throws `incomplete` when it is not whole.
    func load() async throws(CacheError) -> CatalogSnapshot?
}

extension SharedCache {
    /// Nobody else writes there.
    public func hasRival() async throws(CacheError) -> Bool { false }
}

/// What kind of cache it is: the value of `Rollcall-Source`, and its name in the log.
public enum CacheKind: String, Sendable, Hashable {
    /// Shared with other nodes.
    case redis = "cache"
    /// This node's own.
    case file

    /// As people call it.
    public var name: String {
        switch self {
        case .redis: "Redis"
        case .file: "the file"
        }
    }
}

/// What became of a snapshot that was to be saved.
public enum CacheSaving: Sendable, Hashable {
    case saved
    /// One as new is there already, and stays.
    case superseded
}

/// Why a cache did not do what it was asked. Nothing is lost by it but a faster or later start.
public struct CacheError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable names.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// It cannot be reached, or the connection broke.
        case unavailable
        /// It did not do it within the time given.
        case timedOut
        /// It has no room.
        case full
        /// It does not let us: name, password, certificate or rights.
        case refused
        /// What is there is not whole, or not a snapshot.
        case incomplete
        /// A newer version of this program wrote what is there.
        case newerVersion
        /// What is there belongs to another registry.
        case foreign
        /// Another process writes there at this moment.
        case busy
        /// The snapshot is larger than a cache takes.
        case tooLarge
    }

    public let code: Code
    /// A sentence that tells the operator what to do, and holds no secret.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(self.message) (\(self.code.rawValue))" }
}
