import ArgumentParser
import RollcallClient
import RollcallServer

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What came of the program: a status, and what is to be said of it.
struct Outcome: Sendable, Hashable {
    static let failed: Int32 = 1
    static let wrongUse: Int32 = 2
    static let unreachable: Int32 = 3
    static let notFound: Int32 = 4

    let status: Int32
    /// Shown on standard error, or on standard output when the status is 0.
    let message: String

    static let done = Outcome(status: 0, message: "")

    init(status: Int32, message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: any Error) {
        switch error {
        case let error as RollcallClientError:
            self.init(status: Self.status(of: error), message: "Error: \(error)")
        case let error as ConfigurationError:
            self.init(status: Self.wrongUse, message: "Error: \(error)")
        case let error as ChildProcess.SpawnError:
            self.init(status: error.exitCode, message: "Error: \(error.message)")
        default:
            let code = RollcallCommand.exitCode(for: error)
            let isWrongUse = code == .validationFailure
            self.init(
                status: isWrongUse ? Self.wrongUse : code.rawValue, message: RollcallCommand.fullMessage(for: error))
        }
    }

    private static func status(of error: RollcallClientError) -> Int32 {
        switch error.code {
        case .badConfiguration: self.wrongUse
        case .unreachable, .timeout: self.unreachable
        case .refused where error.isNotFound: self.notFound
        default: self.failed
        }
    }

    func exit() -> Never {
        if !self.message.isEmpty {
            if self.status == 0 { Console.write(self.message + "\n") } else { Console.note(self.message) }
        }
        #if canImport(Glibc)
        Glibc.exit(self.status)
        #elseif canImport(Musl)
        Musl.exit(self.status)
        #else
        Darwin.exit(self.status)
        #endif
    }
}
