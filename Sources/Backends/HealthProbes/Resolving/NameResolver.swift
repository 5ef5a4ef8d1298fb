import NIOCore
import NIOPosix
import RegistryHealth
import RegistryModel
import Synchronization

/// Looks names up beside the event loops, a few at a time.
final class NameResolver: Sendable {
    private typealias Wait = TimedWait<[IPAddress]>

    /// getaddrinfo blocks its thread; name servers that do not answer hold this many and no more.
    private static let threads = 8

    private let group: any EventLoopGroup
    private let pool = NIOThreadPool(numberOfThreads: NameResolver.threads)
    private let lookUp: @Sendable (String) throws(ProbeFault) -> [IPAddress]
    private let table = Mutex(NameTable<TimedWait<[IPAddress]>>())

    init(group: any EventLoopGroup, lookUp: @escaping @Sendable (String) throws(ProbeFault) -> [IPAddress]) {
        self.group = group
        self.lookUp = lookUp
        self.pool.start()
    }

    /// - Returns: at least one address.
    func addresses(of name: String, until deadline: NIODeadline) async throws(ProbeFault) -> [IPAddress] {
        let wait = Wait(on: self.group.next())
        switch self.table.withLock({ $0.ask(name, for: wait, at: .now()) }) {
        case .answered(.success(let addresses)): wait.succeed(addresses)
        case .answered(.failure(let fault)): wait.fail(fault)
        case .full: wait.fail(ProbeFault(.overloaded, "too many names are being looked up"))
        case .joined: break
        case .lookUp: self.begin(name)
        }
        do {
            return try await wait.value(until: deadline, or: ProbeFault(.timedOut, "no answer about its name"))
        } catch {
            self.table.withLock { $0.abandon(name, by: wait) }
            throw error
        }
    }

    private func begin(_ name: String) {
        self.pool.submit { [self] state in
            guard case .active = state else {
                return self.learn(.failure(ProbeFault(.overloaded, "the prober is shut down")), of: name)
            }
            // In the meantime all who asked may have given up.
            guard self.table.withLock({ $0.begins(name) }) else { return }
            do throws(ProbeFault) {
                self.learn(.success(try self.lookUp(name)), of: name)
            } catch {
                self.learn(.failure(error), of: name)
            }
        }
    }

    private func learn(_ answer: Result<[IPAddress], ProbeFault>, of name: String) {
        for wait in self.table.withLock({ $0.learn(answer, of: name, at: .now()) }) {
            switch answer {
            case .success(let addresses): wait.succeed(addresses)
            case .failure(let fault): wait.fail(fault)
            }
        }
    }

    /// Does not wait for look-ups that hang: nothing ends them but the system's own time limit.
    func shutDown() {
        self.pool.shutdownGracefully { _ in }
        for wait in self.table.withLock({ $0.close() }) { wait.fail(.cancelled) }
    }
}
