import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import FileBackend

@Suite("A snapshot in a file", .timeLimit(.minutes(5)))
struct FileCacheTests {
    @Test("It does what every cache must do", arguments: CacheConformance.checks)
    func conforms(_ check: CacheConformance.Check) async throws {
        let directory = try SnapshotDirectory()
        try await check.run(
            on: CacheConformance.Subject(
                keepsForeign: false, make: { directory.cache },
                removePart: { _ in
                    var bytes = try directory.bytes()
                    bytes.removeSubrange(100..<200)
                    try directory.write(bytes)
                },
                flipBit: { _ in
                    var bytes = try directory.bytes()
                    bytes[SnapshotFile.mark.count + 40] ^= 1
                    try directory.write(bytes)
                }))
    }

    @Test("A file that is cut off anywhere is not used, and makes way for the next snapshot")
    func torn() async throws {
        let directory = try SnapshotDirectory()
        _ = try await directory.cache.save(Sample.snapshot(instances: 1))
        let whole = try directory.bytes()
        for length in whole.indices {
            try directory.write(whole[..<length])
            let error = try #require(await refusal { _ = try await directory.cache.load() }, "\(length) bytes")
            #expect(error.code == .incomplete && error.message.contains(directory.path), "\(length): \(error)")
            #expect(await refusal { _ = try await directory.cache.position() } != nil)
        }
        #expect(try await directory.cache.save(Sample.snapshot(1)) == .saved)
        #expect(try await directory.cache.load()?.position == Sample.snapshot(1).position)
    }

    @Test("A file with any one bit changed, or with a byte more, is not used")
    func damaged() async throws {
        let directory = try SnapshotDirectory()
        let cache = directory.cache
        _ = try await cache.save(Sample.snapshot(instances: 1))
        let whole = try directory.bytes()
        for position in whole.indices {
            var damaged = whole
            damaged[position] ^= 1 << (position % 8)
            try directory.write(damaged)
            #expect(await refusal { _ = try await cache.load() }?.code == .incomplete, "byte \(position)")
        }
        for other in [whole + [0], [0] + whole, whole + whole] {
            try directory.write(other)
            #expect(await refusal { _ = try await cache.load() }?.code == .incomplete)
        }
        try directory.write(whole)
        #expect(try await cache.load() != nil)
    }

    @Test(
        "What is no snapshot is not used, and says so",
        arguments: ["", "x", "SQLite format 3\u{0}", "ROLLSNP\nROLLSNP\n"])
    func foreign(_ text: String) async throws {
        let directory = try SnapshotDirectory()
        try directory.write(text.utf8)
        let error = try #require(await refusal { _ = try await directory.cache.load() })
        #expect(error.code == .incomplete && error.message.contains("is not used"), "\(error)")
        #expect(try await directory.cache.save(Sample.snapshot()) == .saved)
        #expect(try await directory.cache.load() != nil)
    }

    @Test("Several writers: the newest stays, whole at every moment, and nothing is left over")
    func writers() async throws {
        let directory = try SnapshotDirectory()
        let last: Int64 = 40
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<3 {
                group.addTask {
                    let cache = directory.cache
                    for revision in 1...last where revision % 3 == Int64(writer) || revision == last {
                        // Whoever finds another one at work comes again.
                        while true {
                            do throws(CacheError) {
                                _ = try await cache.save(Sample.snapshot(revision, instances: 50))
                                break
                            } catch {
                                guard error.code == .busy else { throw error }
                                await Task.yield()
                            }
                        }
                    }
                }
            }
            group.addTask {
                var seen = Revision.zero
                while seen < Revision(last) {
                    guard let snapshot = try await directory.cache.load() else { continue }
                    #expect(snapshot.position.revision >= seen)
                    seen = snapshot.position.revision
                }
            }
            try await group.waitForAll()
        }
        #expect(try directory.names == [FileCache.fileName, "\(FileCache.fileName).lock"])
    }

    @Test("What an earlier process left unfinished is written over")
    func leftOver() async throws {
        let directory = try SnapshotDirectory()
        _ = try await directory.cache.save(Sample.snapshot(1))
        try Data("half a snapshot".utf8).write(to: URL(filePath: "\(directory.file.path).new"))
        #expect(try await directory.cache.save(Sample.snapshot(2)) == .saved)
        #expect(try directory.names.count == 2)
        #expect(try await directory.cache.load()?.position.revision == Revision(2))
    }

    @Test("Only its owner may read it")
    func rights() async throws {
        let directory = try SnapshotDirectory()
        _ = try await directory.cache.save(Sample.snapshot())
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.file.path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test("A directory that cannot be had is an error that names it, and nothing is loaded from it")
    func noDirectory() async throws {
        let cache = FileCache(directory: "/dev/null/data")
        #expect(
            await refusal { _ = try await cache.save(Sample.snapshot()) }?.message.contains("/dev/null/data") == true)
        let missing = try SnapshotDirectory().cache
        #expect(try await missing.load() == nil)
    }
}

/// How a cache refuses; nil when it does not.
func refusal(_ body: () async throws -> Void) async -> CacheError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? CacheError
    }
}
