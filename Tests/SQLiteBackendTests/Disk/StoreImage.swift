import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit

@testable import SQLiteBackend

/// Files as they were found on a disk, in a directory of their own.
struct StoreImage {
    private let directory: TemporaryDirectory

    init(_ files: [String: [UInt8]]) throws {
        self.directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: self.directory.data, withIntermediateDirectories: true)
        for (name, content) in files {
            try Data(content).write(to: URL(filePath: "\(self.directory.data)/\(name)"))
        }
    }

    /// What is wrong with a store that starts on these files; nil: nothing. `position` is the moment they are of.
    func fault(_ truth: CommitTruth, at position: Int) async throws -> String? {
        let store: SQLiteStore
        do {
            store = try self.directory.open()
        } catch {
            return "it does not open: \(error)"
        }
        let fault = try await Self.fault(of: store, truth, at: position)
        try await store.close()
        return fault
    }

    /// Reads all that a store holds, compares it, and writes to it.
    static func fault(of store: SQLiteStore, _ truth: CommitTruth, at position: Int = .max) async throws -> String? {
        do {
            let stored = try await store.load()
            let history = try await self.history(of: store)
            let newest = history.filter { $0.revision == stored.revision }
            let found = StoreContents(stored, changes: newest)
            if let fault = truth.fault(of: found, history: history, at: position) { return fault }
            let number = stored.nextNumber
            let write = Write(
                .instance(
                    InstanceKey(service: ServiceKey(name: "later"), id: "later"), number: number, service: 1,
                    Sample.instance("later", number: number)), expected: nil)
            let outcomes = await store.commit(CommitGroup(time: Sample.time, writes: [write]))
            return outcomes == [.committed(stored.revision.next)] ? nil : "it cannot be written: \(outcomes)"
        } catch {
            return "it cannot be read: \(error)"
        }
    }

    private static func history(of store: SQLiteStore) async throws -> [Change] {
        var query = HistoryQuery(order: .ascending, limit: 5_000)
        var changes: [Change] = []
        repeat {
            let page = try await store.records(matching: query)
            changes += page.records
            query.after = page.next
        } while query.after != nil
        return changes
    }
}
