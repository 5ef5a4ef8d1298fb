import Foundation
import RegistryCatalog
import RegistryModel

/// One run of a world, from its seed alone.
struct Simulation: Sendable {
    struct Report: Sendable {
        let seed: UInt64
        let violations: [Violation]
        let commands: Int
        let jobs: Int
        /// Jobs that were handed over by another thread than the run's own.
        let foreignJobs: Int
        let simulatedMilliseconds: Int64
        /// Everything that happened, as one number.
        let hash: UInt64
        let lines: [String]
        let tally: Tally
    }

    let seed: UInt64
    var settings = SimulationSettings()

    /// Runs it on a thread of its own, so that nothing of it nests in another task.
    func run() async -> Report {
        await withCheckedContinuation { continuation in
            Self.onThreadOfItsOwn { continuation.resume(returning: self.runHere()) }
        }
    }

    static func onThreadOfItsOwn(_ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.stackSize = 8 << 20
        thread.start()
    }

    private func runHere() -> Report {
        let world = Surroundings(self.settings, seed: self.seed)
        let executor = SeededExecutor()
        executor.adoptCurrentThread()
        let end = Life()
        // The one task without a parent: the world's, on the executor that its children inherit.
        Task(executorPreference: executor) {
            if world.settings.isCluster {
                await ClusterWorld(world, executor).run()
            } else {
                await World(world, Node(world)).run()
            }
            end.end()
        }
        var stuck: [Violation] = []
        let start = world.clock.monotonicMilliseconds
        var patience = Patience(since: start)
        while !end.isOver {
            if executor.runOne(world.dice, world.trace) { continue }
            let now = world.clock.monotonicMilliseconds
            let waited = now - world.clock.jumpedMilliseconds
            patience.note(commands: world.commands, at: waited)
            if patience.isOver(at: waited) || !world.clock.wakeNext() {
                stuck = [Violation(promise: .outages, time: now, text: "the world is stuck: somebody waits for ever")]
                break
            }
        }
        return Report(
            seed: self.seed, violations: world.judge.violations + stuck, commands: world.commands,
            jobs: executor.jobs, foreignJobs: executor.foreignJobs,
            simulatedMilliseconds: world.clock.monotonicMilliseconds - start, hash: world.trace.hash,
            lines: world.trace.lines, tally: world.judge.tally)
    }
}
