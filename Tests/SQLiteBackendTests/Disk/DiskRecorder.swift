import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// One thing that was done to the files of a directory, in the order in which it was done. Files go by numbers.
enum DiskEvent: Sendable {
    case created(String, file: Int)
    case write(file: Int, offset: Int, [UInt8])
    case truncate(file: Int, size: Int)
    /// What was written to the file before is on the disk now; so is its name.
    case sync(file: Int)
    /// The system could not write it, and has forgotten that it should: a later sync says nothing about it.
    case failedSync(file: Int)
    case deleted(String, syncsDirectory: Bool)
}

/// Writes down what SQLite does to the files of one directory, and makes some of it fail when it is told to.
final class DiskRecorder: Sendable {
    private struct State {
        var events: [DiskEvent] = []
        var numbers: [String: Int] = [:]
        var nextNumber = 0
        var fault: DiskFault?
        /// Writes, truncations, syncs and deletions so far; whether they failed or not.
        var operations = 0
        /// The error that was given last for each file.
        var errors: [Int: Int32] = [:]
    }

    private let directory: String
    private let state: Mutex<State>
    /// The files as they were when the recording began, in the order of their numbers.
    let base: [(name: String, content: [UInt8])]

    /// Records from now on what happens in `directory`, which must exist, until ``stop()``.
    init(_ directory: String) throws {
        let url = URL(filePath: directory).resolvingSymlinksInPath()
        self.directory = url.path
        let names = try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
        self.base = try names.filter { !$0.hasSuffix(".lock") && !$0.hasSuffix("-shm") }.map { name in
            (name, Array(try Data(contentsOf: url.appending(path: name))))
        }
        var state = State()
        for (number, file) in self.base.enumerated() { state.numbers[file.name] = number }
        state.nextNumber = self.base.count
        self.state = Mutex(state)
        RecordingVFS.add(self, for: self.directory)
    }

    func stop() { RecordingVFS.removeRecorder(of: self.directory) }

    var events: [DiskEvent] { self.state.withLock { $0.events } }

    /// How many events there are by now.
    var position: Int { self.state.withLock { $0.events.count } }

    /// Operations that a fault may hit.
    var operations: Int { self.state.withLock { $0.operations } }

    /// What fails from now on; nil: nothing.
    var fault: DiskFault? {
        get { self.state.withLock { $0.fault } }
        set { self.state.withLock { $0.fault = newValue } }
    }

    // MARK: What the VFS tells

    /// The system's error that an operation on a file was made to fail with last; nil: none was.
    func lastError(of file: Int) -> Int32? { self.state.withLock { $0.errors[file] } }

    /// The number of a file that is opened, whether it is new or not.
    func opened(_ name: String) -> Int {
        self.state.withLock { state in
            if let number = state.numbers[name] { return number }
            let number = state.nextNumber
            state.nextNumber += 1
            state.numbers[name] = number
            state.events.append(.created(name, file: number))
            return number
        }
    }

    /// - Parameter perform: writes as many bytes as it is told.
    func write(_ file: Int, _ bytes: UnsafeRawBufferPointer, at offset: Int, _ perform: (Int) -> Int32) -> Int32 {
        self.state.withLock { state in
            let fault = self.nextFault(&state, file)
            // A disk that runs full takes a part.
            let count = fault == nil ? bytes.count : fault?.error == ENOSPC ? bytes.count / 2 : 0
            if count > 0 {
                let code = perform(count)
                guard code == SQLITE_OK else { return code }
                state.events.append(.write(file: file, offset: offset, Array(bytes[..<count])))
            }
            return fault?.fail(.SQLITE_IOERR_WRITE) ?? SQLITE_OK
        }
    }

    func truncate(_ file: Int, to size: Int, _ perform: () -> Int32) -> Int32 {
        self.perform(.truncate(file: file, size: size), file, failing: .SQLITE_IOERR_TRUNCATE, perform)
    }

    func sync(_ file: Int, _ perform: () -> Int32) -> Int32 {
        self.perform(.sync(file: file), file, failing: .SQLITE_IOERR_FSYNC, instead: .failedSync(file: file), perform)
    }

    func delete(_ name: String, syncsDirectory: Bool, _ perform: () -> Int32) -> Int32 {
        let code = self.perform(
            .deleted(name, syncsDirectory: syncsDirectory), nil, failing: .SQLITE_IOERR_DELETE, perform)
        if code == SQLITE_OK { self.state.withLock { $0.numbers[name] = nil } }
        return code
    }

    private func perform(
        _ event: DiskEvent, _ file: Int?, failing code: ResultCode, instead: DiskEvent? = nil, _ perform: () -> Int32
    ) -> Int32 {
        self.state.withLock { state in
            if let fault = self.nextFault(&state, file, isSync: instead != nil) {
                if let instead { state.events.append(instead) }
                return fault.isHidden ? SQLITE_OK : fault.fail(code)
            }
            let code = perform()
            if code == SQLITE_OK { state.events.append(event) }
            return code
        }
    }

    private func nextFault(_ state: inout State, _ file: Int?, isSync: Bool = false) -> DiskFault? {
        state.operations += 1
        guard let fault = state.fault, fault.hits(state.operations, isSync: isSync) else { return nil }
        if let file { state.errors[file] = fault.error }
        return fault
    }
}
