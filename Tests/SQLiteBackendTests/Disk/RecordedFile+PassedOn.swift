import GRDBSQLite

extension RecordedFile {
    /// What changes nothing on the disk goes straight to the system's file.
    static func addPassedOn(_ own: inout sqlite3_io_methods) {
        own.xRead = { file, bytes, count, offset in
            Self.onSystem(file) { $1.xRead($0, bytes, count, offset) }
        }
        own.xFileSize = { file, size in Self.onSystem(file) { $1.xFileSize($0, size) } }
        own.xLock = { file, level in Self.onSystem(file) { $1.xLock($0, level) } }
        own.xUnlock = { file, level in Self.onSystem(file) { $1.xUnlock($0, level) } }
        own.xCheckReservedLock = { file, result in Self.onSystem(file) { $1.xCheckReservedLock($0, result) } }
        own.xSectorSize = { file in Self.onSystem(file) { $1.xSectorSize($0) } }
        own.xDeviceCharacteristics = { file in Self.onSystem(file) { $1.xDeviceCharacteristics($0) } }
        own.xShmMap = { file, page, size, extends, address in
            Self.onSystem(file) { $1.xShmMap($0, page, size, extends, address) }
        }
        own.xShmLock = { file, offset, count, flags in Self.onSystem(file) { $1.xShmLock($0, offset, count, flags) } }
        own.xShmBarrier = { file in
            _ = Self.onSystem(file) {
                $1.xShmBarrier($0)
                return SQLITE_OK
            }
        }
        own.xShmUnmap = { file, deletes in Self.onSystem(file) { $1.xShmUnmap($0, deletes) } }
    }

    private static func onSystem(
        _ file: UnsafeMutablePointer<sqlite3_file>?,
        _ body: (UnsafeMutablePointer<sqlite3_file>, sqlite3_io_methods) -> Int32
    ) -> Int32 {
        guard let file else { return SQLITE_MISUSE }
        let system = self.system(of: file)
        return body(system, system.pointee.pMethods.pointee)
    }
}
