import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct WaiterTests {
    @Test func aSignalBeforeTheWaitIsKept() async {
        let waiter = Waiter()
        waiter.signal()
        waiter.signal()
        #expect(await waiter.wait(deadline: .max) == .changed)
        async let second = waiter.wait(deadline: .max)
        waiter.signal()
        #expect(await second == .changed)
    }

    @Test func aDeadlineEndsAWaitAndLeavesNoTrace() async throws {
        let waiter = Waiter()
        waiter.expire(now: 1_000)
        let task = Task { await waiter.wait(deadline: 100) }
        try await eventually {
            waiter.expire(now: 99)
            waiter.expire(now: 100)
            return true
        }
        // The task may not have lain down yet; expire until it has.
        let expiring = Task {
            while !Task.isCancelled {
                waiter.expire(now: 100)
                await Task.yield()
            }
        }
        #expect(await task.value == .timedOut)
        expiring.cancel()
    }

    @Test func aCancelledTaskDoesNotWait() async {
        let waiter = Waiter()
        let task = Task { await waiter.wait(deadline: .max) }
        task.cancel()
        #expect(await task.value == .cancelled)
        waiter.signal()
        #expect(await waiter.wait(deadline: .max) == .changed)
    }

    /// Whatever the order of signals, expiries and waits, every signal is followed by a wait that says so.
    @Test func noSignalIsLost() async {
        for _ in 0..<300 {
            let waiter = Waiter()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { while await waiter.wait(deadline: 10) != .changed {} }
                group.addTask { for _ in 0..<5 { waiter.expire(now: 10) } }
                group.addTask { waiter.signal() }
            }
        }
    }
}
