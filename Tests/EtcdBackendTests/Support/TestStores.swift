import Foundation
import RegistryCatalog
import ServerTestKit
import Testing

@testable import EtcdBackend

/// Stores of one registry, each running like a node of its own.
final class TestStores: Sendable {
    let configuration: EtcdStore.Configuration
    // Unstructured: they run behind the calls of a test, which ends them by ``close()``.
    private let running = LockedBox<[ObjectIdentifier: Task<Void, Never>]>([:])

    init(_ configuration: EtcdStore.Configuration) { self.configuration = configuration }

    /// A prefix of its own on the suite's etcd.
    static func configuration(_ etcd: EtcdConfiguration? = nil) throws -> EtcdStore.Configuration {
        let etcd = try etcd ?? EtcdConfiguration(endpoints: [EtcdServer.shared().endpoint])
        return EtcdStore.Configuration(etcd: etcd, prefix: "/rollcall-\(UUID().uuidString)/")
    }

    /// Open, and watching.
    ///
    /// - Parameter service: what stands between it and etcd; nil: nothing.
    func make(schema: UInt32 = Schema.current, through service: (any EtcdService)? = nil) async throws -> EtcdStore {
        let store = try self.launch(schema: schema, through: service)
        try await store.open()
        _ = await store.watches.wait(for: 1)
        return store
    }

    /// It runs, and nobody has opened it.
    func launch(schema: UInt32 = Schema.current, through service: (any EtcdService)? = nil) throws -> EtcdStore {
        let service = try service ?? EtcdClient(self.configuration.etcd)
        let store = EtcdStore(self.configuration, service, clock: SystemClock(), schema: schema)
        let task = Task { await store.run() }
        self.running.with { $0[ObjectIdentifier(store)] = task }
        return store
    }

    func stop(_ store: EtcdStore) async {
        let task = self.running.with { $0.removeValue(forKey: ObjectIdentifier(store)) }
        task?.cancel()
        await task?.value
    }

    func reopen(_ store: any CatalogStore) async throws -> EtcdStore {
        await self.stop(try #require(store as? EtcdStore))
        return try await self.make()
    }

    func close() async {
        let tasks = self.running.with { running in
            defer { running = [:] }
            return Array(running.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// Runs a test on stores of its own and ends them.
    static func with(
        _ configuration: EtcdStore.Configuration? = nil, _ body: (TestStores) async throws -> Void
    ) async throws {
        let stores = TestStores(try configuration ?? self.configuration())
        do {
            try await body(stores)
        } catch {
            await stores.close()
            throw error
        }
        await stores.close()
    }
}

/// What a store delivers, as a catalogue would take it over.
final class Deliveries: Sendable {
    private let box: LockedBox<[CommittedBatch]> = LockedBox([])
    private let task: Task<Void, Never>

    /// - Parameter pause: how long taking over each one takes.
    init(_ store: EtcdStore, pause: Duration = .zero) {
        let box = self.box
        // Unstructured: it consumes behind the calls of a test, until the store ends or this goes.
        self.task = Task {
            for await batch in store.committed {
                if pause > .zero { try? await Task.sleep(for: pause) }
                box.with { $0.append(batch) }
            }
        }
    }

    deinit { self.task.cancel() }

    var batches: [CommittedBatch] { self.box.with { $0 } }
}
