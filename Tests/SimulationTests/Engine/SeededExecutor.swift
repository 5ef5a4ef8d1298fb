import Foundation
import Synchronization

/// Runs every task of a world on one thread, one job at a time, in an order that the seed chooses.
final class SeededExecutor: TaskExecutor {
    private struct Ready {
        let job: UnownedJob
        let executor: UnownedTaskExecutor
    }

    private struct State {
        var ready: [Ready] = []
        var driver: ObjectIdentifier?
        var foreign = 0
        var ran = 0
    }

    private let state = Mutex(State())

    /// Jobs that were handed over by another thread: something of the world ran elsewhere. Has to stay 0.
    var foreignJobs: Int { self.state.withLock { $0.foreign } }

    /// Jobs that ran so far.
    var jobs: Int { self.state.withLock { $0.ran } }

    func enqueue(_ job: consuming ExecutorJob) {
        self.add(UnownedJob(job), of: self.asUnownedTaskExecutor())
    }

    /// A job that is to run on another executor of this world.
    func add(_ job: UnownedJob, of executor: UnownedTaskExecutor) {
        let thread = ObjectIdentifier(Thread.current)
        self.state.withLock { state in
            if state.driver != thread { state.foreign += 1 }
            state.ready.append(Ready(job: job, executor: executor))
        }
    }

    /// The jobs of an executor that have not begun; they are not ready any more.
    func takeJobs(of executor: UnownedTaskExecutor) -> [UnownedJob] {
        self.state.withLock { state in
            let taken = state.ready.filter { $0.executor == executor }.map(\.job)
            state.ready.removeAll { $0.executor == executor }
            return taken
        }
    }

    /// From now on this thread runs the jobs.
    func adoptCurrentThread() {
        let thread = ObjectIdentifier(Thread.current)
        self.state.withLock { $0.driver = thread }
    }

    /// Runs one job that is ready; false when none is.
    func runOne(_ dice: Dice, _ trace: Trace) -> Bool {
        let next: Ready? = self.state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            let index = state.ready.count == 1 ? 0 : dice.number(0...(state.ready.count - 1))
            trace.mix(index, state.ready.count)
            state.ready.swapAt(index, state.ready.count - 1)
            state.ran += 1
            return state.ready.removeLast()
        }
        guard let next else { return false }
        next.job.runSynchronously(on: next.executor)
        return true
    }
}
