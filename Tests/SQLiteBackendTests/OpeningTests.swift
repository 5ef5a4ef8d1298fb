import Foundation
import GRDB
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import SQLiteBackend

@Suite("Opening a store")
struct OpeningTests {
    let directory: TemporaryDirectory

    init() throws { self.directory = try TemporaryDirectory() }

    /// Puts a store with one service there and closes it.
    private func fill() async throws {
        let store = try self.directory.open()
        let write = Write(.service(ServiceKey(name: "payments"), number: 1, Sample.service()), expected: nil)
        #expect(await store.commit(CommitGroup(time: Sample.time, writes: [write])) == [.committed(Revision(1))])
        try await store.close()
    }

    /// Expects that opening fails and changes none of the files that are there.
    private func expectRefusal(_ code: StoreError.Code, naming words: String..., line: Int = #line) throws {
        let location = SourceLocation(fileID: #fileID, filePath: #filePath, line: line, column: 1)
        let before = try self.directory.files()
        let error = self.directory.openingError()
        #expect(error?.code == code, "\(String(describing: error))", sourceLocation: location)
        for word in words {
            #expect(error?.message.contains(word) == true, "\(error?.message ?? "")", sourceLocation: location)
        }
        let after = try self.directory.files()
        for (name, contents) in before where name != "rollcall.lock" && !name.hasSuffix("-shm") {
            #expect(after[name] == contents, "\(name) is as it was", sourceLocation: location)
        }
    }

    // MARK: The directory

    @Test("The directory is created, with those above it, for its owner alone")
    func createsDirectory() async throws {
        let path = "\(self.directory.path)/a/b/data/"
        let store = try SQLiteStore(directory: path)
        for (name, rights) in [
            ("", 0o700), ("rollcall.lock", 0o600), ("rollcall.sqlite", 0o600), ("rollcall.sqlite-wal", 0o600),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + name)
            #expect(attributes[.posixPermissions] as? Int == rights, "\(name)")
        }
        try await store.close()
    }

    @Test("A file in place of the directory is refused")
    func fileInPlaceOfDirectory() throws {
        try Data("x".utf8).write(to: URL(filePath: self.directory.data))
        let error = try #require(self.directory.openingError())
        #expect(error.code == .unavailable)
        #expect(error.message.contains("is not a directory"))
        #expect(throws: StoreError.self) { try SQLiteStore(directory: "") }
    }

    @Test("A second store in the same process is refused until the first is closed, or gone")
    func secondStore() async throws {
        var store: SQLiteStore? = try self.directory.open()
        let error = try #require(self.directory.openingError())
        #expect(error.code == .inUse)
        #expect(error.message.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
        #expect(error.message.contains(self.directory.data))
        try await store?.close()
        store = try self.directory.open()
        #expect(self.directory.openingError()?.code == .inUse)
        store = nil
        #expect(self.directory.openingError() == nil)
    }

    @Test("The lock holds against other processes, and theirs against this one")
    func secondProcess() async throws {
        let store = try self.directory.open()
        let lock = "\(self.directory.data)/rollcall.lock"
        let second = Process()
        second.executableURL = URL(filePath: "/usr/bin/flock")
        second.arguments = ["--nonblock", "--conflict-exit-code", "17", lock, "true"]
        try second.run()
        second.waitUntilExit()
        #expect(second.terminationStatus == 17)
        try await store.close()

        let holder = Process()
        let input = Pipe()
        let output = Pipe()
        holder.executableURL = URL(filePath: "/usr/bin/flock")
        holder.arguments = [lock, "sh", "-c", "echo held; cat"]
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        _ = output.fileHandleForReading.availableData
        #expect(self.directory.openingError()?.code == .inUse)
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
        #expect(self.directory.openingError() == nil)
    }

    // MARK: The database

    @Test("A registry id is 128 random bits in hexadecimal, and stays")
    func registryID() async throws {
        let store = try self.directory.open()
        let id = try await store.load().registryID
        try await store.close()
        #expect(id.count == 32 && id.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        #expect(try await self.directory.open().load().registryID == id)
        let another = try TemporaryDirectory()
        let other = try another.open()
        #expect(try await other.load().registryID != id)
        try await other.close()
    }

    @Test("A database of a newer version is refused and left alone")
    func newerVersion() async throws {
        try await self.fill()
        try await DatabaseQueue(path: self.directory.database).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try self.expectRefusal(.newerVersion, naming: "version 99", "newer program")
    }

    @Test("A database of another program is refused and left alone")
    func foreignDatabase() async throws {
        try FileManager.default.createDirectory(atPath: self.directory.data, withIntermediateDirectories: false)
        try await DatabaseQueue(path: self.directory.database).write { try $0.execute(sql: "CREATE TABLE mine (a)") }
        try self.expectRefusal(.damaged, naming: "not a database of this program", self.directory.database)
    }

    @Test(
        "A file that is no database is refused and left alone",
        arguments: [
            Data(), Data("not a database".utf8), Data(repeating: 0, count: 65_536), Data(repeating: 7, count: 4_096),
        ])
    func noDatabase(_ contents: Data) async throws {
        try await self.fill()
        try contents.write(to: URL(filePath: self.directory.database))
        try self.expectRefusal(.damaged, naming: self.directory.database, "Restore a backup", "move the directory away")
    }

    @Test("A database that is missing while its log is there is refused")
    func missingDatabase() async throws {
        try await self.fill()
        try FileManager.default.removeItem(atPath: self.directory.database)
        try Data("log".utf8).write(to: URL(filePath: "\(self.directory.database)-wal"))
        try self.expectRefusal(.damaged, naming: "missing")
    }

    @Test("A database of which pages are cut off or overwritten is refused")
    func tornPages() async throws {
        try await self.fill()
        let url = URL(filePath: self.directory.database)
        let sound = try Data(contentsOf: url)
        let pageSize = 4_096
        #expect(sound.count > 3 * pageSize)
        try sound.prefix(sound.count - pageSize).write(to: url)
        try self.expectRefusal(.damaged)
        for page in 1..<(sound.count / pageSize) {
            var torn = sound
            torn.replaceSubrange((page * pageSize)..<(page * pageSize + 512), with: Data(repeating: 0xA5, count: 512))
            try torn.write(to: url)
            try self.expectRefusal(.damaged)
        }
        try sound.write(to: url)
        #expect(try await self.directory.open().load().services.count == 1)
    }

    @Test("A bit that flipped within a record is found when it is loaded")
    func flippedBit() async throws {
        try await self.fill()
        let url = URL(filePath: self.directory.database)
        var contents = try Data(contentsOf: url)
        let place = try #require(contents.range(of: Data("payments".utf8)))
        contents[place.lowerBound] ^= 1
        try contents.write(to: url)
        let store = try self.directory.open()
        let error = await #expect(throws: StoreError.self) { try await store.load() }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains(self.directory.database) == true)
    }

    @Test("An interrupted creation is begun again")
    func interruptedCreation() async throws {
        try FileManager.default.createDirectory(atPath: self.directory.data, withIntermediateDirectories: false)
        for name in ["rollcall.sqlite.new", "rollcall.sqlite.new-journal"] {
            try Data("half a file".utf8).write(to: URL(filePath: "\(self.directory.data)/\(name)"))
        }
        let store = try self.directory.open()
        #expect(try await store.load().revision == .zero)
        try await store.close()
        let names = try self.directory.files().keys.sorted()
        #expect(names == ["rollcall.lock", "rollcall.sqlite"])
    }
}
