import RegistryCatalog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is open, and closed when it is no longer used. Blocks.
final class OpenFile {
    private let descriptor: Int32
    private let path: String

    private init(_ descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        // Closing alone would leave a lock to a child process that was forked and has not called exec yet.
        flock(self.descriptor, LOCK_UN)
        close(self.descriptor)
    }

    /// Nil when there is none.
    convenience init?(reading path: String) throws(CacheError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw CacheError(systemError: errno, "\(path) cannot be opened")
        }
        self.init(descriptor, path)
    }

    /// Empty, whatever it held, and readable by its owner alone.
    convenience init(replacing path: String) throws(CacheError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw CacheError(systemError: errno, "\(path) cannot be written") }
        self.init(descriptor, path)
    }

    /// Held alone until it is closed. Throws `busy` while another has it.
    convenience init(locking path: String) throws(CacheError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CacheError(systemError: errno, "the lock file \(path) cannot be opened") }
        self.init(descriptor, path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw CacheError(systemError: errno, "\(path) cannot be locked") }
            throw CacheError(.busy, "another process saves a snapshot in the same directory (\(path))")
        }
    }

    func size() throws(CacheError) -> Int {
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else {
            throw CacheError(systemError: errno, "\(self.path) cannot be read")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CacheError(.incomplete, "\(self.path) is not used: it is not a file; move it away")
        }
        return Int(status.st_size)
    }

    /// So many bytes, or an error.
    func bytes(at offset: Int, count: Int) throws(CacheError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, failure == 0 {
                let read = pread(
                    self.descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if read > 0 { filled += read } else if read == 0 || errno != EINTR { failure = read == 0 ? -1 : errno }
            }
        }
        // A file that became shorter meanwhile is no snapshot.
        if failure == -1 { throw CacheError(.manifest, in: self.path) }
        guard failure == 0 else { throw CacheError(systemError: failure, "\(self.path) cannot be read") }
        return bytes
    }

    func append(_ bytes: [UInt8]) throws(CacheError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(self.descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw CacheError(systemError: errno, "\(self.path) cannot be written") }
            written += count
        }
    }

    /// Makes what was written survive a power loss; of a directory, what was created or renamed in it.
    func synchronize() throws(CacheError) {
        guard fsync(self.descriptor) == 0 else {
            throw CacheError(systemError: errno, "\(self.path) cannot be made durable")
        }
    }
}

extension CacheError {
    /// What an error of the operating system means; `what` names what could not be done.
    init(systemError: Int32, _ what: String) {
        let reason = String(cString: strerror(systemError))
        switch systemError {
        case ENOSPC, EDQUOT, EFBIG: self.init(.full, "\(what): \(reason); make room on the disk")
        case EACCES, EPERM, EROFS, ELOOP: self.init(.refused, "\(what): \(reason); let this process write there")
        default: self.init(.unavailable, "\(what): \(reason)")
        }
    }
}
