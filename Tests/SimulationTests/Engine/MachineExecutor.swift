import Synchronization

/// The jobs of one process among all of a world: while it stands still, none of them runs.
final class MachineExecutor: TaskExecutor {
    private struct State {
        var isStopped = false
        var held: [UnownedJob] = []
    }

    private let base: SeededExecutor
    private let state = Mutex(State())

    init(_ base: SeededExecutor) { self.base = base }

    var isStopped: Bool { self.state.withLock { $0.isStopped } }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        let isHeld = self.state.withLock { state in
            if state.isStopped { state.held.append(unowned) }
            return state.isStopped
        }
        if !isHeld { self.base.add(unowned, of: self.asUnownedTaskExecutor()) }
    }

    /// `SIGSTOP`.
    func stop() {
        self.state.withLock { state in
            state.isStopped = true
            state.held += self.base.takeJobs(of: self.asUnownedTaskExecutor())
        }
    }

    /// `SIGCONT`, or the end of the process, whose tasks have to come to theirs.
    func goOn() {
        let held = self.state.withLock { state in
            state.isStopped = false
            defer { state.held = [] }
            return state.held
        }
        for job in held { self.base.add(job, of: self.asUnownedTaskExecutor()) }
    }
}
