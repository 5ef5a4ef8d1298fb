import Outbound
import Testing

@Suite("Waits before what failed is tried again")
struct BackoffTests {
    @Test("Waits grow up to their bound, and differ")
    func backoff() {
        var backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
        #expect(
            (0..<6).map { _ in backoff.next(random: 0) }
                == [100, 200, 400, 800, 1_000, 1_000].map { .milliseconds($0) })
        #expect(backoff.next(random: 0.5) == .milliseconds(750))
        for _ in 0..<1_000 { _ = backoff.next() }
        #expect(backoff.next(random: 0) == .seconds(1))
        backoff.reset()
        #expect(backoff.next(random: 0) == .milliseconds(100))
    }
}
