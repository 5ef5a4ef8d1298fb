import NIOCore
import Synchronization

/// A wait that is over by whichever comes first: its value, its deadline, or the end of the task that waits.
final class TimedWait<Value: Sendable>: Sendable {
    private let promise: EventLoopPromise<Value>
    private let isOver = Atomic<Bool>(false)

    init(on loop: any EventLoop) { self.promise = loop.makePromise() }

    /// - Returns: false when the wait was over already, and the value reached nobody.
    @discardableResult
    func succeed(_ value: Value) -> Bool {
        guard !self.isOver.exchange(true, ordering: .relaxed) else { return false }
        self.promise.succeed(value)
        return true
    }

    func fail(_ fault: ProbeFault) {
        if !self.isOver.exchange(true, ordering: .relaxed) { self.promise.fail(fault) }
    }

    /// Has to be called, once.
    ///
    /// - Parameter fault: what it ends with at the deadline.
    func value(until deadline: NIODeadline, or fault: ProbeFault) async throws(ProbeFault) -> Value {
        let result = self.promise.futureResult
        let timer = result.eventLoop.scheduleTask(deadline: deadline) { self.fail(fault) }
        defer { timer.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await result.get()
            } onCancel: {
                self.fail(.cancelled)
            }
        } catch {
            throw ProbeFault(answering: error)
        }
    }
}
