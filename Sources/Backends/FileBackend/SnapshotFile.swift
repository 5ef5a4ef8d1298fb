import RegistryCatalog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A snapshot in a file that is open: mark, chunks, manifest, the manifest's length (4 bytes, little-endian), and the mark again.
///
/// The manifest comes last because it has the digests of the chunks, which are written before they are all known.
struct SnapshotFile {
    /// What a file of ours begins and ends with.
    static let mark = Array("ROLLSNP\n".utf8)
    static let lengthBytes = 4

    private let file: OpenFile
    private let path: String
    let manifest: SnapshotManifest

    /// Reads the manifest. Nil when there is no file; throws `incomplete` when it is not a whole snapshot as far as can be seen
    /// without its chunks.
    static func open(_ path: String) throws(CacheError) -> SnapshotFile? {
        guard let file = try OpenFile(reading: path) else { return nil }
        return try SnapshotFile(file, path)
    }

    private init(_ file: OpenFile, _ path: String) throws(CacheError) {
        let size = try file.size()
        let tail = Self.lengthBytes + Self.mark.count
        guard size >= Self.mark.count, try file.bytes(at: 0, count: Self.mark.count) == Self.mark else {
            throw CacheError(
                .incomplete,
                "\(path) is not used: it is no snapshot of this program. It is replaced by the next one that is saved.")
        }
        guard size >= Self.mark.count + tail else { throw CacheError(.manifest, in: path) }
        let end = try file.bytes(at: size - tail, count: tail)
        let length = end.prefix(Self.lengthBytes).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard Array(end.suffix(Self.mark.count)) == Self.mark, length <= SnapshotManifest.longestManifest,
            length <= size - tail - Self.mark.count
        else { throw CacheError(.manifest, in: path) }
        do throws(SnapshotFault) {
            let manifest = try SnapshotManifest(encoded: Self.read(file, size - tail - length, length))
            let body = manifest.chunks.reduce(0) { $0 + $1.length }
            guard size == Self.mark.count + body + length + tail else { throw .manifest }
            self.manifest = manifest
        } catch {
            throw CacheError(error, in: path)
        }
        self.file = file
        self.path = path
    }

    /// What cannot be read counts as not there.
    private static func read(_ file: OpenFile, _ offset: Int, _ count: Int) throws(SnapshotFault) -> [UInt8] {
        do throws(CacheError) { return try file.bytes(at: offset, count: count) } catch { throw .manifest }
    }

    /// The snapshot, every chunk of it held against its digest.
    func load() throws(CacheError) -> CatalogSnapshot {
        var assembly = SnapshotAssembly(self.manifest)
        var offset = Self.mark.count
        for chunk in self.manifest.chunks {
            let bytes = try self.file.bytes(at: offset, count: chunk.length)
            offset += chunk.length
            do throws(SnapshotFault) { try assembly.append(bytes) } catch { throw CacheError(error, in: self.path) }
        }
        do throws(SnapshotFault) { return try assembly.finish() } catch { throw CacheError(error, in: self.path) }
    }
}
