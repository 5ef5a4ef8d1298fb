import RegistryModel
import Synchronization
import Testing

/// Whatever a task of a world does, it stays on the world's executor.
struct ExecutorTests {
    private final class Steps: Sendable {
        private let count = Atomic<Int>(0)

        func take() { self.count.add(1, ordering: .relaxed) }
        var taken: Int { self.count.load(ordering: .relaxed) }
    }

    private struct Outcome: Sendable {
        let steps: Int
        let foreignJobs: Int
        let isOver: Bool
    }

    @Test func everyKindOfWaitingStaysOnTheExecutor() async {
        let outcome = await withCheckedContinuation { continuation in
            Simulation.onThreadOfItsOwn { continuation.resume(returning: Self.runHere()) }
        }
        #expect(outcome.steps == 3 * 10)
        #expect(outcome.foreignJobs == 0)
        #expect(outcome.isOver)
    }

    private static func runHere() -> Outcome {
        let executor = SeededExecutor()
        let clock = SimulationClock()
        let steps = Steps()
        let end = Life()
        executor.adoptCurrentThread()
        // Without a parent, as the world's own task is.
        Task(executorPreference: executor) {
            await Self.waitInEveryWay(clock, steps)
            end.end()
        }
        let dice = Dice(seed: 1)
        let trace = Trace(isVerbose: false)
        while executor.runOne(dice, trace) || (!end.isOver && clock.wakeNext()) {}
        return Outcome(steps: steps.taken, foreignJobs: executor.foreignJobs, isOver: end.isOver)
    }

    /// Sleeps, streams, children, `async let` and cancellation: three steps for each of ten.
    private static func waitInEveryWay(_ clock: SimulationClock, _ steps: Steps) async {
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<10 {
                group.addTask {
                    async let slept = clock.rest(for: .milliseconds(10))
                    if await slept { steps.take() }
                    continuation.yield(number)
                }
                group.addTask {
                    if await !clock.rest(for: .hours(1)) { steps.take() }
                }
            }
            group.addTask { for await _ in stream { steps.take() } }
            await clock.rest(for: .seconds(1))
            continuation.finish()
            group.cancelAll()
        }
    }
}
