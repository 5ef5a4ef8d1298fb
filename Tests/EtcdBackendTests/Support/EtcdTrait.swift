import RegistryCatalog
import RegistryModel
import ServerTestKit
import Synchronization
import Testing

@testable import EtcdBackend

/// A suite with one etcd for all of its tests. Without etcd they fail.
struct EtcdTrait: SuiteTrait, TestScoping {
    var arguments: [String] = []

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let server = try EtcdServer(arguments: self.arguments)
        defer { server.stop() }
        try await StartGate.shared.pass {
            try server.start()
            try await server.waitUntilReady()
        }
        try await EtcdServer.$current.withValue(server) { try await function() }
    }
}

extension Trait where Self == EtcdTrait {
    static var etcd: Self { EtcdTrait() }
    static func etcd(_ arguments: String...) -> Self { EtcdTrait(arguments: arguments) }
}

extension EtcdServer {
    /// The one whose suite runs: see ``EtcdTrait``.
    @TaskLocal static var current: EtcdServer?

    /// The suite's.
    static func shared() throws -> EtcdServer { try #require(EtcdServer.current) }

    /// Waits until it has a leader.
    func waitUntilReady(_ configuration: EtcdConfiguration? = nil) async throws {
        var configuration = configuration ?? EtcdConfiguration(endpoints: [self.endpoint])
        configuration.requestTimeout = .seconds(1)
        try await withClient(configuration) { client in
            try await eventually(within: .seconds(30)) {
                (try? await client.status(of: 0).leader) ?? 0 != 0
            }
        }
    }
}

/// Runs a client while `body` runs.
func withClient<Result: Sendable>(
    _ configuration: EtcdConfiguration, _ body: (EtcdClient) async throws -> Result
) async throws -> Result {
    let client = try EtcdClient(configuration)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await client.run() }
        defer { group.cancelAll() }
        return try await body(client)
    }
}

/// A client of the suite's etcd.
func withClient<Result: Sendable>(_ body: (EtcdClient) async throws -> Result) async throws -> Result {
    try await withClient(EtcdConfiguration(endpoints: [EtcdServer.shared().endpoint]), body)
}

/// Waits until a condition holds.
func eventually(
    within bound: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + bound
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("it did not come about within \(bound)", sourceLocation: sourceLocation)
            throw NeverCameAbout()
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}

struct NeverCameAbout: Error {}

/// A value under a lock, also in closures that escape.
final class LockedBox<Value>: Sendable {
    private let value: Mutex<Value>

    init(_ value: sending Value) { self.value = Mutex(value) }

    func with<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try self.value.withLock(body)
    }
}

/// How etcd's client refuses; nil when it does not.
func failure(_ body: () async throws -> Void) async throws -> EtcdError? {
    do {
        try await body()
        return nil
    } catch let error as EtcdError {
        return error
    }
}

/// How a store refuses; nil when it does not.
func storeFailure(_ body: () async throws -> Void) async throws -> StoreError? {
    do {
        try await body()
        return nil
    } catch let error as StoreError {
        return error
    }
}
