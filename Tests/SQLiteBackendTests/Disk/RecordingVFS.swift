import GRDBSQLite
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// SQLite's way to the disk, with an ear: what is done to the files of some directories is told to their ``DiskRecorder``.
///
/// It becomes the default of the process, because the store opens its database by a plain path. Files elsewhere are
/// opened by the system's own VFS in the same memory, so that nothing of ours is in their way.
enum RecordingVFS {
    /// Recorders by the directory, with a slash at its end.
    private static let recorders = Mutex<[String: DiskRecorder]>([:])

    // SQLite keeps it for as long as the process lives, and nobody changes it.
    nonisolated(unsafe) static let system: UnsafeMutablePointer<sqlite3_vfs> = {
        guard let system = sqlite3_vfs_find(nil) else { preconditionFailure("SQLite has no VFS on this system") }
        return system
    }()

    private static let isInstalled: Bool = {
        let system = RecordingVFS.system
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        vfs.initialize(to: system.pointee)
        vfs.pointee.pNext = nil
        vfs.pointee.zName = UnsafePointer(strdup("rollcall-recording"))
        vfs.pointee.szOsFile = Int32(RecordedFile.size) + system.pointee.szOsFile
        vfs.pointee.xOpen = { _, name, file, flags, outFlags in
            RecordingVFS.open(name, file, flags, outFlags)
        }
        vfs.pointee.xDelete = { _, name, syncsDirectory in
            RecordingVFS.delete(name, syncsDirectory: syncsDirectory != 0)
        }
        return sqlite3_vfs_register(vfs, 1) == SQLITE_OK
    }()

    static func add(_ recorder: DiskRecorder, for directory: String) {
        precondition(self.isInstalled, "SQLite did not take the recording VFS")
        self.recorders.withLock { $0["\(directory)/"] = recorder }
    }

    static func removeRecorder(of directory: String) { self.recorders.withLock { $0["\(directory)/"] = nil } }

    /// The recorder of the directory in which a file lies, and the file's name there.
    private static func recorder(of path: UnsafePointer<CChar>?) -> (DiskRecorder, name: String)? {
        guard let path = path.map({ String(cString: $0) }), let slash = path.lastIndex(of: "/") else { return nil }
        return self.recorders.withLock { recorders in
            recorders[String(path[...slash])].map { ($0, String(path[path.index(after: slash)...])) }
        }
    }

    // MARK: What SQLite calls

    private static func open(
        _ path: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        let kinds = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL
        guard let file, flags & kinds != 0, let (recorder, name) = self.recorder(of: path) else {
            return self.system.pointee.xOpen(self.system, path, file, flags, outFlags)
        }
        let code = self.system.pointee.xOpen(self.system, path, RecordedFile.system(of: file), flags, outFlags)
        guard code == SQLITE_OK else {
            file.pointee.pMethods = nil
            return code
        }
        RecordedFile.initialize(file, RecordedHandle(recorder, number: recorder.opened(name)))
        return code
    }

    private static func delete(_ path: UnsafePointer<CChar>?, syncsDirectory: Bool) -> Int32 {
        guard let (recorder, name) = self.recorder(of: path) else {
            return self.system.pointee.xDelete(self.system, path, syncsDirectory ? 1 : 0)
        }
        return recorder.delete(name, syncsDirectory: syncsDirectory) {
            self.system.pointee.xDelete(self.system, path, syncsDirectory ? 1 : 0)
        }
    }
}
