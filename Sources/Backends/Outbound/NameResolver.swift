public import NIOCore
import NIOPosix
public import RegistryModel
import Synchronization

/// Looks names up beside the event loops: each name once at a time, for all who ask, and a few names at once.
///
/// The system's look-up blocks its thread, and nothing ends it but the system's own time limit. So whoever no longer waits is told at
/// once and the look-up goes on alone; who asks for the same name meanwhile waits for that one. A name that hangs holds one thread.
public final class NameResolver: Sendable {
    /// Blocks until it knows the addresses of a name: at least one.
    public typealias Lookup = @Sendable (_ name: String) throws(LookupFault) -> [IPAddress]

    private typealias Wait = TimedWait<[IPAddress], LookupFault>

    private let group: any EventLoopGroup
    private let pool: NIOThreadPool
    private let lookUp: Lookup
    private let table: Mutex<NameTable<TimedWait<[IPAddress], LookupFault>>>

    /// - Parameters:
    ///   - group: whose loops the deadlines are.
    ///   - threads: names that are looked up at once, and so the names that hang at once and hold no other up.
    ///   - mostNames: names that are remembered, and as many that wait to be looked up.
    public init(
        group: any EventLoopGroup, threads: Int, mostNames: Int, lookUp: @escaping Lookup = AddressLookup.addresses
    ) {
        self.group = group
        self.pool = NIOThreadPool(numberOfThreads: threads)
        self.lookUp = lookUp
        self.table = Mutex(NameTable(mostNames: mostNames))
        self.pool.start()
    }

    /// - Parameter deadline: nil: none but that of the task that asks.
    /// - Returns: at least one address.
    public func addresses(
        of name: String, until deadline: NIODeadline? = nil
    ) async throws(LookupFault) -> [IPAddress] {
        let wait = Wait(on: self.group.next(), cancelled: .cancelled)
        switch self.table.withLock({ $0.ask(name, for: wait, at: .now()) }) {
        case .answered(let answer): wait.end(answer)
        case .full: wait.fail(.full)
        case .joined: break
        case .lookUp: self.begin(name)
        }
        do {
            return try await wait.value(until: deadline, or: .noAnswer)
        } catch {
            self.table.withLock { $0.abandon(name, by: wait) }
            throw error
        }
    }

    private func begin(_ name: String) {
        self.pool.submit { [self] state in
            guard case .active = state else { return self.learn(.failure(.shutDown), of: name) }
            // In the meantime all who asked may have given up.
            guard self.table.withLock({ $0.begins(name) }) else { return }
            do throws(LookupFault) {
                self.learn(.success(try self.lookUp(name)), of: name)
            } catch {
                self.learn(.failure(error), of: name)
            }
        }
    }

    private func learn(_ answer: Result<[IPAddress], LookupFault>, of name: String) {
        for wait in self.table.withLock({ $0.learn(answer, of: name, at: .now()) }) { wait.end(answer) }
    }

    /// Does not wait for look-ups that hang.
    public func shutDown() {
        self.pool.shutdownGracefully { _ in }
        for wait in self.table.withLock({ $0.close() }) { wait.fail(.cancelled) }
    }
}
