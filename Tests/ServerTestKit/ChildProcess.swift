import Foundation
import Synchronization

/// A program that runs as a process of its own until it is stopped. It ends with this process, too, however that ends.
public final class ChildProcess: Sendable {
    private let command: [String]
    private let environment: [String: String]
    private let logPath: String
    private let running = Mutex<Running?>(nil)

    private struct Running: @unchecked Sendable {
        // Foundation does not mark them; they are used under the lock only.
        let shell: Process
        let input: Pipe
        let processID: Int32
    }

    /// - Parameters:
    ///   - command: the program, by its path or as found in `PATH`, and its arguments.
    ///   - environment: all that it is given, besides `PATH`.
    ///   - log: a file to which it adds what it writes.
    public init(_ command: [String], environment: [String: String] = [:], log: String) {
        self.command = command
        self.environment = environment
        self.logPath = log
    }

    deinit { self.stop() }

    /// What it wrote, over all of its lives.
    public var log: String {
        FileManager.default.contents(atPath: self.logPath).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Nil while it was not started.
    public var processID: Int32? { self.running.withLock { $0?.processID } }

    /// Starts it, unless it was started and not stopped since.
    public func start() throws {
        try self.running.withLock { running in
            guard running == nil else { return }
            let shell = Process()
            shell.executableURL = URL(filePath: "/bin/sh")
            // The shell's input ends with this process, however that ends, and then so does the program.
            let script = #""$@" >>"$0" 2>&1 </dev/null & echo $!; cat >/dev/null; kill -9 $!; wait"#
            shell.arguments = ["-c", script, self.logPath] + self.command
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            shell.environment = self.environment.merging(["PATH": path]) { own, _ in own }
            let (input, output) = (Pipe(), Pipe())
            _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
            shell.standardInput = input
            shell.standardOutput = output
            try shell.run()
            var line: [UInt8] = []
            while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
                line.append(byte)
            }
            guard let processID = Int32(String(decoding: line, as: UTF8.self)) else {
                throw NotStarted(command: self.command)
            }
            running = Running(shell: shell, input: input, processID: processID)
        }
    }

    /// Kills it, and waits until it is gone.
    public func stop() {
        self.running.withLock { running in
            guard let child = running else { return }
            kill(child.processID, SIGKILL)
            // The shell's input may not end yet: a process that was started meanwhile may hold it open too.
            kill(child.shell.processIdentifier, SIGKILL)
            try? child.input.fileHandleForWriting.close()
            child.shell.waitUntilExit()
            // It is the shell that is waited for. The program itself may take a moment longer to let go of its ports.
            for _ in 0..<1_000 where Self.isRunning(child.processID) { usleep(10_000) }
            running = nil
        }
    }

    /// Sends it a signal, such as `SIGSTOP`.
    public func send(_ signal: Int32) { self.running.withLock { if let child = $0 { kill(child.processID, signal) } } }

    /// As `kill -SIGSTOP`: connections stay, and nothing answers.
    public func freeze() { self.send(SIGSTOP) }
    public func thaw() { self.send(SIGCONT) }

    /// Whether it was started and has not ended by itself.
    public var isAlive: Bool { self.processID.map { Self.isRunning($0) } ?? false }

    private static func isRunning(_ processID: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8) else { return false }
        // After the name, which may hold anything, in parentheses; a zombie waits for the shell to notice its end.
        guard let end = status.lastIndex(of: ")") else { return false }
        return !status[end...].dropFirst().hasPrefix(" Z")
    }

    public struct NotStarted: Error, CustomStringConvertible {
        public let command: [String]
        public var description: String { "\(self.command.first ?? "") did not start." }
    }
}
