import GRDBSQLite

/// Whose file it is, for as long as it is open.
final class RecordedHandle: Sendable {
    let recorder: DiskRecorder
    /// Of the file on the disk; it stays the file's own when its name is given to another.
    let number: Int

    init(_ recorder: DiskRecorder, number: Int) {
        self.recorder = recorder
        self.number = number
    }
}

/// An open file that is recorded, as it lies in SQLite's memory: this, and behind it the file of the system's VFS.
struct RecordedFile {
    private var base: sqlite3_file
    private var handle: Unmanaged<RecordedHandle>

    /// Keeps what lies behind aligned.
    static let size = (MemoryLayout<RecordedFile>.size + 15) / 16 * 16

    static func initialize(_ file: UnsafeMutablePointer<sqlite3_file>, _ handle: RecordedHandle) {
        let own = UnsafeMutableRawPointer(file).assumingMemoryBound(to: RecordedFile.self)
        own.initialize(
            to: RecordedFile(base: sqlite3_file(pMethods: self.methods), handle: Unmanaged.passRetained(handle)))
    }

    static func system(of file: UnsafeMutablePointer<sqlite3_file>) -> UnsafeMutablePointer<sqlite3_file> {
        (UnsafeMutableRawPointer(file) + self.size).assumingMemoryBound(to: sqlite3_file.self)
    }

    private static func handle(of file: UnsafeMutablePointer<sqlite3_file>) -> Unmanaged<RecordedHandle> {
        UnsafeMutableRawPointer(file).assumingMemoryBound(to: RecordedFile.self).pointee.handle
    }

    // SQLite has the address in every open file, so it must stay; nobody changes what is there.
    nonisolated(unsafe) private static let methods: UnsafePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        var own = sqlite3_io_methods()
        // Version 2 has the shared memory of a log, and not the mapping of files, which would write past us.
        own.iVersion = 2
        RecordedFile.addRecorded(&own)
        RecordedFile.addPassedOn(&own)
        methods.initialize(to: own)
        return UnsafePointer(methods)
    }()

    private static func addRecorded(_ own: inout sqlite3_io_methods) {
        own.xWrite = { file, bytes, count, offset in
            Self.withRecorder(file) { recorder, number, system in
                let content = UnsafeRawBufferPointer(start: bytes, count: Int(count))
                return recorder.write(number, content, at: Int(offset)) {
                    system.pointee.pMethods.pointee.xWrite(system, bytes, Int32($0), offset)
                }
            }
        }
        own.xTruncate = { file, size in
            Self.withRecorder(file) { recorder, number, system in
                recorder.truncate(number, to: Int(size)) {
                    system.pointee.pMethods.pointee.xTruncate(system, size)
                }
            }
        }
        own.xSync = { file, flags in
            Self.withRecorder(file) { recorder, number, system in
                recorder.sync(number) { system.pointee.pMethods.pointee.xSync(system, flags) }
            }
        }
        own.xFileControl = { file, operation, argument in
            Self.withRecorder(file) { recorder, number, system in
                // The system's file does not know of what we made fail.
                if operation == SQLITE_FCNTL_LAST_ERRNO, let error = recorder.lastError(of: number) {
                    argument?.storeBytes(of: error, as: Int32.self)
                    return SQLITE_OK
                }
                return system.pointee.pMethods.pointee.xFileControl(system, operation, argument)
            }
        }
        own.xClose = { file in
            guard let file else { return SQLITE_MISUSE }
            let system = Self.system(of: file)
            Self.handle(of: file).release()
            return system.pointee.pMethods.pointee.xClose(system)
        }
    }

    private static func withRecorder(
        _ file: UnsafeMutablePointer<sqlite3_file>?,
        _ body: (DiskRecorder, Int, UnsafeMutablePointer<sqlite3_file>) -> Int32
    ) -> Int32 {
        guard let file else { return SQLITE_MISUSE }
        let handle = self.handle(of: file).takeUnretainedValue()
        return body(handle.recorder, handle.number, self.system(of: file))
    }
}
