import Synchronization

/// Work that must come to its end whatever becomes of those who ask for it: it is carried out by the one task that runs this.
final class Errands: Sendable {
    private struct Errand {
        let carryOut: @Sendable () async -> Void
        let drop: @Sendable () -> Void
    }

    private struct State {
        var waiting: [Errand] = []
        var carrier: CheckedContinuation<Errand?, Never>?
        var isOver = false
    }

    /// Those that may wait to be begun; each is begun at once while this runs.
    private static let limit = 1_024

    private let state = Mutex(State())

    /// Nil: there is nobody to carry it out any more, or too much waits already, and nothing of it was done.
    func carryOut<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) async -> Result? {
        await withCheckedContinuation { continuation in
            let errand = Errand(
                carryOut: { continuation.resume(returning: await body()) },
                drop: { continuation.resume(returning: nil) })
            let (carrier, isTaken) = self.state.withLock { state -> (CheckedContinuation<Errand?, Never>?, Bool) in
                guard !state.isOver, state.waiting.count < Self.limit else { return (nil, false) }
                if let carrier = state.carrier {
                    state.carrier = nil
                    return (carrier, true)
                }
                state.waiting.append(errand)
                return (nil, true)
            }
            if let carrier { carrier.resume(returning: errand) } else if !isTaken { errand.drop() }
        }
    }

    /// Carries out what comes, all at once, until the task is cancelled. Once.
    func run() async {
        await withDiscardingTaskGroup { group in
            while let errand = await self.next() { group.addTask { await errand.carryOut() } }
        }
    }

    /// Nobody carries out anything any more.
    func finish() {
        let (carrier, dropped) = self.state.withLock { state in
            state.isOver = true
            defer {
                state.carrier = nil
                state.waiting = []
            }
            return (state.carrier, state.waiting)
        }
        carrier?.resume(returning: nil)
        for errand in dropped { errand.drop() }
    }

    private func next() async -> Errand? {
        await withCheckedContinuation { continuation in
            let ready: Errand?? = self.state.withLock { state in
                if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
                if state.isOver { return .some(nil) }
                state.carrier = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
