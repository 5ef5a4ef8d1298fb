import Foundation
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Subprocess
import Testing

/// A server that cannot use its data says why and what to do, and leaves them as they are.
struct DataDirectoryTests {
    /// What may have happened to a database.
    enum Damage: CaseIterable {
        case overwrittenBeginning
        case overwrittenMiddle
        case cutInHalf
        case emptied

        func apply(to data: inout Data) {
            let noise = Data((0..<512).map { UInt8(truncatingIfNeeded: $0 &* 37) })
            switch self {
            case .overwrittenBeginning: data.replaceSubrange(0..<512, with: noise)
            case .overwrittenMiddle: data.replaceSubrange(4_096..<4_608, with: noise)
            case .cutInHalf: data.removeLast(data.count / 2)
            case .emptied: data = Data()
            }
        }
    }

    @Test func aPortThatIsTakenIsNamed() async throws {
        try await LiveServer.run { server in
            let port = server.address.split(separator: ":").last.map(String.init) ?? ""
            let directory = try TemporaryDirectory()
            let outcome = try await Program.run([
                "serve", "--registry-data-dir", directory.path, "--server-port", port, "--monitoring-metrics-port", "0",
            ])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("Error: 127.0.0.1:\(port) cannot be listened on"), "\(outcome.errors)")
        }
    }

    /// Starts a server that is to end by itself.
    private func serve(_ directory: TemporaryDirectory) async throws -> Program.Outcome {
        let arguments = [
            "serve", "--registry-data-dir", directory.path, "--server-port", "0", "--monitoring-metrics-port", "0",
        ]
        return try await Program.running(arguments) { program in
            try await eventually("it says why it does not run") { program.errors.text.contains("Error: ") }
        }
    }

    private func write(
        _ directory: TemporaryDirectory, ending signal: @escaping @Sendable (LiveServer) -> Void
    ) async throws {
        try await LiveServer.run(directory: directory.path) { server in
            try await server.withClient { client in
                let registrations = (1...100).map { port in
                    Registration(
                        service: ServiceKey(name: "kept"),
                        spec: InstanceSpec(host: "127.0.0.1", port: UInt16(port), ttl: .never))
                }
                _ = try await client.registerMany(registrations)
            }
            signal(server)
        }
    }

    @Test(arguments: Damage.allCases)
    func aDamagedDatabaseIsReportedAndLeftAsItWas(damage: Damage) async throws {
        let directory = try TemporaryDirectory()
        try await self.write(directory) { _ in }
        try await self.expectRefusal(of: directory, after: damage)
    }

    /// The log of a server that was killed holds what was acknowledged; SQLite drops it beside an empty database.
    @Test func anEmptyDatabaseBesideItsLogIsNotTakenForANewOne() async throws {
        let directory = try TemporaryDirectory()
        try await self.write(directory) { $0.program.send(.kill) }
        try await self.expectRefusal(of: directory, after: .emptied)
    }

    private func expectRefusal(of directory: TemporaryDirectory, after damage: Damage) async throws {
        let path = "\(directory.path)/rollcall.sqlite"
        var data = try Data(contentsOf: URL(filePath: path))
        damage.apply(to: &data)
        try data.write(to: URL(filePath: path))
        let log = self.log(path)

        let outcome = try await self.serve(directory)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("\(path) is damaged: "), "\(outcome.errors)")
        #expect(outcome.errors.contains("Restore a backup"))
        #expect(try Data(contentsOf: URL(filePath: path)) == data)
        #expect(self.log(path) == log)
    }

    /// What the write-ahead log holds; nothing if there is none.
    private func log(_ path: String) -> Data { (try? Data(contentsOf: URL(filePath: "\(path)-wal"))) ?? Data() }

    @Test func aSecondServerIsToldWhoHasTheData() async throws {
        let directory = try TemporaryDirectory()
        try await LiveServer.run(directory: directory.path) { server in
            let second = try await self.serve(directory)
            #expect(second.status == 1)
            #expect(second.errors.contains("in use by process \(server.program.processID)"), "\(second.errors)")
            #expect(second.errors.contains("registry.data_dir"))
            try await server.withClient { client in
                let registration = Registration(
                    service: ServiceKey(name: "kept"), spec: InstanceSpec(host: "127.0.0.1", port: 1, ttl: .never))
                let status = try await client.register(registration).status
                #expect(status == 201, "the first one is not disturbed")
            }
        }
        // However the first one ended, its place is free.
        try await self.write(directory) { $0.program.send(.kill) }
        try await self.write(directory) { _ in }
    }
}
