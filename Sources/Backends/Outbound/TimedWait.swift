public import NIOCore
import Synchronization

/// A wait that is over by whichever comes first: its value, its deadline, or the end of the task that waits.
public final class TimedWait<Value: Sendable, Fault: Error>: Sendable {
    // Never failed: faults are told as what they are.
    private let promise: EventLoopPromise<Result<Value, Fault>>
    private let cancelled: Fault
    private let isOver = Atomic<Bool>(false)

    /// - Parameter cancelled: what it ends with when its task is cancelled.
    public init(on loop: any EventLoop, cancelled: Fault) {
        self.promise = loop.makePromise()
        self.cancelled = cancelled
    }

    /// - Returns: false when the wait was over already, and the value reached nobody.
    @discardableResult
    public func succeed(_ value: Value) -> Bool { self.end(.success(value)) }

    public func fail(_ fault: Fault) { self.end(.failure(fault)) }

    /// - Returns: false when it was over already.
    @discardableResult
    public func end(_ result: Result<Value, Fault>) -> Bool {
        guard !self.isOver.exchange(true, ordering: .relaxed) else { return false }
        self.promise.succeed(result)
        return true
    }

    /// Has to be called, once, unless the wait is ended without it.
    ///
    /// - Parameters:
    ///   - deadline: nil: none but that of the task that waits.
    ///   - fault: what it ends with at the deadline.
    public func value(until deadline: NIODeadline?, or fault: Fault) async throws(Fault) -> Value {
        let result = self.promise.futureResult
        let timer = deadline.map { result.eventLoop.scheduleTask(deadline: $0) { self.fail(fault) } }
        defer { timer?.cancel() }
        let ended = await withTaskCancellationHandler {
            try? await result.get()
        } onCancel: {
            self.fail(self.cancelled)
        }
        guard let ended else { throw self.cancelled }
        return try ended.get()
    }
}
