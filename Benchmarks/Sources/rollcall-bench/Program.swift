import ArgumentParser
import Dispatch
import Peers

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Measures rollcall beside its peers; see `rollcall-bench --help`.
@main
struct Program: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollcall-bench",
        abstract: "Measures rollcall beside what one would use instead, on this machine.",
        subcommands: [RunCommand.self, LoadCommand.self, EtcdCommand.self, BareServerCommand.self],
        defaultSubcommand: RunCommand.self)
}

/// What must not outlive this process, should it be told to stop.
struct Interruption {
    private let sources: [any DispatchSourceSignal]

    /// On SIGINT, SIGTERM and SIGHUP the children are killed and the run's directory is removed; then this process ends.
    init(cleaning place: Workplace) {
        self.sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                ChildProcess.killAll()
                do { try place.remove() } catch { print("\(place.path) is left behind: \(error)") }
                exit(128 + number)
            }
            source.resume()
            return source
        }
    }

    func end() {
        for source in self.sources { source.cancel() }
    }
}
