import RegistryCatalog
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The directory that holds a store's files, locked so that no other store uses it, in this process or another.
///
/// The lock is `flock(2)` on `rollcall.lock`: the kernel gives it back when the process ends, however it ends. The file
/// names the process that holds it, for the message that a second one gets.
final class DataDirectory: Sendable {
    let path: String
    /// The lock file's descriptor; nil once released.
    private let lock: Mutex<Int32?>

    var databasePath: String { "\(self.path)/rollcall.sqlite" }

    /// Creates the directory, readable by its owner alone, if it is not there, and locks it.
    init(_ path: String) throws(StoreError) {
        try Self.create(path)
        self.path = path
        self.lock = Mutex(try Self.acquire("\(path)/rollcall.lock"))
    }

    deinit { self.release() }

    func release() {
        self.lock.withLock { lock in
            if let descriptor = lock {
                // Closing alone would leave the lock to a child process that was forked and has not called exec yet.
                flock(descriptor, LOCK_UN)
                close(descriptor)
            }
            lock = nil
        }
    }

    /// Makes what was created or renamed in the directory survive a power loss.
    func synchronize() throws(StoreError) { try Self.synchronize(self.path) }

    private static func create(_ path: String) throws(StoreError) {
        guard !path.isEmpty else { throw StoreError(.unavailable, "registry.data_dir is empty; name a directory") }
        if self.isDirectory(path) { return }
        let parent = self.parent(of: path)
        if !self.isDirectory(parent) { try self.create(parent) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw StoreError(systemError: errno, "the data directory \(path) cannot be created")
        }
        guard self.isDirectory(path) else {
            throw StoreError(.unavailable, "\(path) is not a directory; set registry.data_dir to one")
        }
        try self.synchronize(parent)
    }

    private static func parent(of path: String) -> String {
        let trimmed = String(path.reversed().drop { $0 == "/" }.reversed())
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func synchronize(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw StoreError(systemError: errno, "the directory \(path) cannot be written to the disk")
        }
    }

    private static func acquire(_ path: String) throws(StoreError) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError(systemError: errno, "the lock file \(path) cannot be opened") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = self.readHolder(descriptor)
            close(descriptor)
            guard reason == EWOULDBLOCK else {
                throw StoreError(systemError: reason, "the lock file \(path) cannot be locked")
            }
            throw StoreError(
                .inUse,
                "the data directory is in use by \(holder) (\(path)); stop it, or set registry.data_dir to another")
        }
        self.writeHolder(descriptor)
        return descriptor
    }

    private static func readHolder(_ descriptor: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 32)
        let count = max(0, pread(descriptor, &text, text.count, 0))
        let digits = text.prefix(count).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
    }

    /// The number is only for people: the lock holds also when a full disk has no room for it.
    private static func writeHolder(_ descriptor: Int32) {
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
    }
}
