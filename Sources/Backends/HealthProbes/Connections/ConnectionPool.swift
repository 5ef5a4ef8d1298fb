import NIOCore
import NIOPosix
import Outbound
import RegistryHealth
import Synchronization

/// The connections of all probes: bounded together, kept for the next probe of the same target while there is room.
final class ConnectionPool: Sendable {
    /// Ends with whether the connection may be kept.
    private typealias Wait = TimedWait<Bool, ProbeFault>

    private struct State {
        var pool: PoolState<ProbeConnection, Wait>
        var connections: [ProbeConnection.ID: ProbeConnection] = [:]
        var isShutDown = false
    }

    private let group: MultiThreadedEventLoopGroup
    private let dialer: Dialer
    private let state: Mutex<State>

    init(limit: Int, group: MultiThreadedEventLoopGroup, dialer: Dialer) {
        self.group = group
        self.dialer = dialer
        self.state = Mutex(State(pool: PoolState(limit: limit)))
    }

    var open: Int { self.state.withLock { $0.pool.open } }

    /// - Parameter mayReuse: false: over a new connection.
    func ask(
        _ attempt: ProbeAttempt, at endpoint: Endpoint, mayReuse: Bool
    ) async throws(ProbeFault) -> ProbeOutcome {
        let wait = Wait(on: self.group.next(), cancelled: .cancelled)
        let grant = self.state.withLock { state in
            state.isShutDown ? .full : state.pool.take(endpoint, mayReuse: mayReuse, wait: wait)
        }
        switch grant {
        case .reuse(let connection):
            wait.fail(.cancelled)
            return try await self.ask(attempt, over: connection, isReused: true)
        case .open(let mayKeep):
            wait.fail(.cancelled)
            return try await self.ask(attempt, at: endpoint, mayKeep: mayKeep)
        case .wait(let key, let unused):
            unused?.close()
            let mayKeep = try await self.slot(key, wait, for: attempt)
            return try await self.ask(attempt, at: endpoint, mayKeep: mayKeep)
        case .full:
            wait.fail(.cancelled)
            throw ProbeFault(.overloaded, "no connection was free")
        }
    }

    /// Waits for a slot; returns whether its connection may be kept.
    private func slot(_ key: Int, _ wait: Wait, for attempt: ProbeAttempt) async throws(ProbeFault) -> Bool {
        let start = NIODeadline.now()
        defer { attempt.hasWaited(.now() - start) }
        do {
            let fault = ProbeFault(.overloaded, "no connection was free within \(attempt.timeout)")
            return try await wait.value(until: attempt.deadline, or: fault)
        } catch {
            self.state.withLock { $0.pool.abandon(key) }
            throw error
        }
    }

    private func ask(
        _ attempt: ProbeAttempt, at endpoint: Endpoint, mayKeep: Bool
    ) async throws(ProbeFault) -> ProbeOutcome {
        let connection: ProbeConnection
        do {
            connection = try await self.dialer.dial(endpoint, mayKeep: mayKeep, for: attempt)
        } catch {
            self.release(nil, wasKept: mayKeep)
            throw error
        }
        let isShutDown = self.state.withLock { state in
            state.connections[connection.id] = connection
            return state.isShutDown
        }
        connection.channel.closeFuture.whenComplete { _ in self.release(connection.id, wasKept: mayKeep) }
        if isShutDown { connection.close() }
        guard endpoint.language != .none else {
            connection.close()
            return ProbeOutcome(detail: "connected")
        }
        return try await self.ask(attempt, over: connection, isReused: false)
    }

    private func ask(
        _ attempt: ProbeAttempt, over connection: ProbeConnection, isReused: Bool
    ) async throws(ProbeFault) -> ProbeOutcome {
        let answer = connection.ask(attempt, isReused: isReused)
        // On the connection's own loop: nowhere else is it sure that it has not just been closed.
        answer.whenComplete { result in
            let mayKeep = (try? result.get())?.mayKeep == true && connection.mayKeep && connection.channel.isActive
            if !mayKeep || !self.putBack(connection) { connection.close() }
        }
        do {
            return try await withTaskCancellationHandler {
                try await answer.get().outcome
            } onCancel: {
                connection.close()
            }
        } catch {
            throw Task.isCancelled ? .cancelled : ProbeFault(answering: error)
        }
    }

    private func putBack(_ connection: ProbeConnection) -> Bool {
        self.state.withLock { !$0.isShutDown && $0.pool.putBack(connection, connection.endpoint) }
    }

    /// Hands the slot on.
    private func release(_ connection: ProbeConnection.ID?, wasKept: Bool) {
        var next = self.state.withLock { state in
            if let connection { state.connections[connection] = nil }
            return state.pool.close(connection, wasKept: wasKept)
        }
        while let (wait, mayKeep) = next, !wait.succeed(mayKeep) {
            next = self.state.withLock { $0.pool.close(nil, wasKept: mayKeep) }
        }
    }

    /// Closes everything, and waits until it is closed.
    func shutDown() async {
        let (connections, waits) = self.state.withLock { state in
            state.isShutDown = true
            return (Array(state.connections.values), state.pool.removeAll().waits)
        }
        for wait in waits { wait.fail(.cancelled) }
        for connection in connections {
            connection.close()
            try? await connection.channel.closeFuture.get()
        }
    }
}
