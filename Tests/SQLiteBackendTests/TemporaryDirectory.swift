import Foundation
import RegistryCatalog

@testable import SQLiteBackend

/// A directory of one test's own, removed with this value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "rollcall-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    /// A directory within this one, for a store to create.
    var data: String { "\(self.path)/data" }
    var database: String { "\(self.data)/rollcall.sqlite" }

    /// Opens a store in ``data``.
    func open(_ configuration: SQLiteStore.Configuration = SQLiteStore.Configuration()) throws -> SQLiteStore {
        try SQLiteStore(directory: self.data, configuration: configuration)
    }

    /// The error that opening a store in ``data`` throws; nil when it opens.
    func openingError() -> StoreError? {
        do throws(StoreError) {
            _ = try SQLiteStore(directory: self.data)
            return nil
        } catch {
            return error
        }
    }

    /// Every file of ``data`` with its contents.
    func files() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: self.data)
        let contents = try names.map { try Data(contentsOf: URL(filePath: "\(self.data)/\($0)")) }
        return Dictionary(uniqueKeysWithValues: zip(names, contents))
    }
}
