import Foundation
import ServerTestKit
import Subprocess
import Synchronization
import Testing

/// The program as it was built, run as users run it.
enum Program {
    struct Outcome: Sendable {
        /// As shells have it: the exit code, or 128 and the number of the signal.
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs it to its end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) async throws -> Outcome {
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments([try RollcallExecutable.path()] + arguments),
            environment: self.variables(environment),
            input: .string(input), output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
        let outcome = Outcome(
            status: result.terminationStatus.shellStatus, output: result.standardOutput,
            errors: result.standardError)
        outcome.expectNoRace()
        return outcome
    }

    /// Runs it while `body` runs, then stops it by SIGTERM if it still runs, and returns how it ended.
    /// - Parameter launcher: a command that is given the program's own at its end, and becomes it.
    static func running(
        _ arguments: [String], environment: [String: String] = [:], launcher: [String] = [],
        _ body: @escaping @Sendable (RunningProgram) async throws -> Void
    ) async throws -> Outcome {
        var platform = PlatformOptions()
        platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(20))]
        let texts = (output: Text(), errors: Text())
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments(launcher + [try RollcallExecutable.path()] + arguments),
            environment: self.variables(environment),
            platformOptions: platform, input: .none, output: .sequence, error: .sequence
        ) { execution in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await texts.output.collect(execution.standardOutput) }
                group.addTask { try await texts.errors.collect(execution.standardError) }
                let program = RunningProgram(
                    processID: execution.processIdentifier.value, output: texts.output, errors: texts.errors
                ) { try? execution.send(signal: $0) }
                try await body(program)
                // A second signal would be passed on at once, and hurry what a test wants to see.
                if !program.isAskedToStop { program.send(.terminate) }
                try await group.waitForAll()
            }
        }
        let outcome = Outcome(
            status: result.terminationStatus.shellStatus, output: texts.output.text, errors: texts.errors.text)
        outcome.expectNoRace()
        return outcome
    }

    /// Nothing of the tests' own surroundings may change what is tested.
    private static func variables(_ more: [String: String]) -> Environment {
        var values: [Environment.Key: String] = [:]
        for (name, value) in ProcessInfo.processInfo.environment where !name.hasPrefix("ROLLCALL_") {
            values[Environment.Key(stringLiteral: name)] = value
        }
        for (name, value) in more { values[Environment.Key(stringLiteral: name)] = value }
        return .custom(values)
    }
}

/// A program that runs while a test looks at it.
final class RunningProgram: Sendable {
    let processID: Int32
    let output: Text
    let errors: Text
    private let deliver: @Sendable (Signal) -> Void
    private let askedToStop = Mutex(false)

    init(processID: Int32, output: Text, errors: Text, send deliver: @escaping @Sendable (Signal) -> Void) {
        self.processID = processID
        self.output = output
        self.errors = errors
        self.deliver = deliver
    }

    func send(_ signal: Signal) {
        if [.terminate, .interrupt, .quit, .kill].contains(signal) { self.askedToStop.withLock { $0 = true } }
        self.deliver(signal)
    }

    var isAskedToStop: Bool { self.askedToStop.withLock { $0 } }
}

/// What a program has written so far.
final class Text: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    var text: String { self.bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    func collect(_ sequence: SubprocessOutputSequence) async throws {
        for try await buffer in sequence {
            buffer.withUnsafeBytes { piece in self.bytes.withLock { $0.append(contentsOf: piece) } }
        }
    }
}

extension TerminationStatus {
    var shellStatus: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }
}
