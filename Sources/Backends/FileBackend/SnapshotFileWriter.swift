import RegistryCatalog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Replaces the snapshot in a directory. It holds the directory's lock for as long as it is there, so that what an earlier writer left
/// unfinished has one name and is written over.
struct SnapshotFileWriter {
    /// After so many bytes what was written is made durable, so that commits of a store on the same disk never wait for more: 16 MiB.
    private static let syncedBytes = 16 << 20

    private let directory: String
    private let lock: OpenFile

    /// Throws `busy` while another process, or another part of this one, writes there.
    init(directory: String) throws(CacheError) {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw CacheError(systemError: errno, "the directory \(directory) cannot be created")
        }
        self.directory = directory
        self.lock = try OpenFile(locking: "\(directory)/\(FileCache.fileName).lock")
    }

    func write(_ snapshot: CatalogSnapshot) throws(CacheError) {
        let path = "\(self.directory)/\(FileCache.fileName)"
        let new = "\(path).new"
        do throws(CacheError) {
            try Self.write(snapshot, to: new)
        } catch {
            // It would only take room; if it cannot be removed either, the next writer begins by emptying it.
            unlink(new)
            throw error
        }
        guard rename(new, path) == 0 else { throw CacheError(systemError: errno, "\(path) cannot be replaced") }
        guard let directory = try OpenFile(reading: self.directory) else {
            throw CacheError(.unavailable, "the directory \(self.directory) is gone")
        }
        try directory.synchronize()
    }

    private static func write(_ snapshot: CatalogSnapshot, to path: String) throws(CacheError) {
        let file = try OpenFile(replacing: path)
        try file.append(SnapshotFile.mark)
        var encoder = SnapshotEncoder(snapshot)
        var unsynced = 0
        while let chunk = encoder.next() {
            try file.append(chunk)
            unsynced += chunk.count
            guard unsynced >= Self.syncedBytes else { continue }
            try file.synchronize()
            unsynced = 0
        }
        guard encoder.manifest.chunks.count <= SnapshotManifest.mostChunks else {
            throw CacheError(.tooLarge, "the catalogue is larger than a snapshot may be")
        }
        let manifest = encoder.manifest.encoded()
        let length = (0..<SnapshotFile.lengthBytes).map { UInt8(truncatingIfNeeded: manifest.count >> ($0 * 8)) }
        try file.append(manifest + length + SnapshotFile.mark)
        try file.synchronize()
    }
}
