import Synchronization
import Testing

/// Waits until a condition holds, for tasks to come to rest. The bound is generous: it is met only by a fault.
func eventually(
    _ condition: () async throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: .seconds(60))
    var turns = 0
    while try await !condition() {
        turns += 1
        if turns < 100 {
            await Task.yield()
        } else {
            try await Task.sleep(for: .milliseconds(1))
        }
        guard clock.now < deadline else {
            Issue.record("it did not come about within 60 s", sourceLocation: sourceLocation)
            throw NeverCameAbout()
        }
    }
}

struct NeverCameAbout: Error {}

/// Tells one task that another has come so far.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isSet: Bool { self.value.load(ordering: .acquiring) }
    func set() { self.value.store(true, ordering: .releasing) }
}
