import Dispatch
public import RegistryCatalog

/// The last snapshot of the catalogue in a file of this node's own.
///
/// A snapshot is written to a new file, made durable and then given the name, so that the file is always a whole one: the old or the
/// new. One process at a time may write in a directory; any number may read. Only its owner may read the file: it holds the secrets
/// of subscriptions.
public final class FileCache: SharedCache {
    /// What the file is called in its directory.
    public static let fileName = "catalogue.snapshot"

    public let kind = CacheKind.file
    private let directory: String
    /// Files block, so nothing of it runs where tasks do.
    private let queue = DispatchQueue(label: "rollcall.cache.file")

    /// - Parameter directory: made, readable by its owner alone, when the first snapshot is saved; its parent must be there.
    public init(directory: String) { self.directory = directory }

    public func position() async throws(CacheError) -> SnapshotPosition? {
        try await self.perform { path throws(CacheError) in
            try SnapshotFile.open(path)?.manifest.position
        }
    }

    public func confirm(_ position: SnapshotPosition) async throws(CacheError) -> Bool {
        try await self.perform { path throws(CacheError) in try Self.holds(position, at: path) }
    }

    public func save(_ snapshot: CatalogSnapshot) async throws(CacheError) -> CacheSaving {
        let directory = self.directory
        return try await self.perform { path throws(CacheError) in
            let writer = try SnapshotFileWriter(directory: directory)
            // With the lock in hand: nobody replaces it between this look and the new name.
            if (try? Self.holds(snapshot.position, at: path)) == true { return .superseded }
            try writer.write(snapshot)
            return .saved
        }
    }

    public func load() async throws(CacheError) -> CatalogSnapshot? {
        try await self.perform { path throws(CacheError) in try SnapshotFile.open(path)?.load() }
    }

    private static func holds(_ position: SnapshotPosition, at path: String) throws(CacheError) -> Bool {
        guard let held = try SnapshotFile.open(path)?.manifest.position else { return false }
        return held.registryID == position.registryID && !position.isNewer(than: held)
    }

    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable (_ path: String) throws(CacheError) -> Value
    ) async throws(CacheError) -> Value {
        let path = "\(self.directory)/\(Self.fileName)"
        let result: Result<Value, CacheError> = await withCheckedContinuation { continuation in
            self.queue.async {
                do throws(CacheError) {
                    continuation.resume(returning: .success(try body(path)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
