import Dispatch
import Foundation
import Testing

/// `scripts/health-targets.py`: starts targets, each group in a process of its own, and ends them.
final class TargetSupervisor: Sendable {
    /// Where a program blocks that waits for its answer.
    private let queue = DispatchQueue(label: "health-targets")
    private let commands: FileHandle
    private let answers: FileHandle

    private init(commands: FileHandle, answers: FileHandle) {
        self.commands = commands
        self.answers = answers
    }

    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../scripts/health-targets.py").standardized

    /// Runs `body` with it; all targets are gone afterwards.
    static func run(_ body: (TargetSupervisor) async throws -> Void) async throws {
        try await Self.install()
        let process = Self.process([])
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let supervisor = TargetSupervisor(
            commands: input.fileHandleForWriting, answers: output.fileHandleForReading)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(supervisor))
        } catch {
            result = .failure(error)
        }
        try input.fileHandleForWriting.close()
        await supervisor.onQueue { process.waitUntilExit() }
        try result.get()
    }

    /// What the gRPC targets need, from PyPI.
    private static func install() async throws {
        let process = Self.process(["--install"])
        try process.run()
        await Self.wait(for: process)
        try #require(process.terminationStatus == 0, "scripts/health-targets.py --install failed")
    }

    private static func wait(for process: Process) async {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "health-targets-install").async {
                process.waitUntilExit()
                continuation.resume()
            }
        }
    }

    private static func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", Self.script.path] + arguments
        return process
    }

    private func onQueue(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            self.queue.async {
                work()
                continuation.resume()
            }
        }
    }

    // MARK: Commands

    /// - Returns: the process that has the targets, once they listen.
    func start(_ kind: TargetKind, host: String, ports: [Int]) async throws -> Int32 {
        let answer = try await self.ask("start \(kind) \(host) \(ports.map(String.init).joined(separator: " "))")
        return try #require(Int32(answer.dropFirst("started ".count)), "\(answer)")
    }

    /// Kills a process, frozen or not, and waits until it is gone.
    func end(_ process: Int32) async throws { _ = try await self.ask("end \(process)") }

    /// The longest that the machine did not let a program run that wanted to, since this was asked last.
    func lag() async throws -> Duration {
        let answer = try await self.ask("lag")
        return .seconds(try #require(Double(answer.dropFirst("lag ".count)), "\(answer)"))
    }

    private func ask(_ command: String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            self.queue.async {
                continuation.resume(with: Result { try self.askHere(command) })
            }
        }
    }

    /// One line out, one line in.
    private func askHere(_ command: String) throws -> String {
        try self.commands.write(contentsOf: Array("\(command)\n".utf8))
        var line: [UInt8] = []
        while let byte = try self.answers.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        throw SupervisorEnded(command: command)
    }

    struct SupervisorEnded: Error {
        let command: String
    }
}
