/// Waits until a condition holds, and throws when it does not within a bound that only a fault or a stuck machine exceeds.
///
/// It looks again at once while tasks come to rest, and then less and less often: a look may start a program.
/// - Parameter what: completes "It did not come about that …".
public func eventually(
    _ what: @autoclosure () -> String = "this is so", within limit: Duration = .seconds(60),
    file: StaticString = #fileID, line: UInt = #line, _ condition: () async throws -> Bool
) async throws {
    let start = ContinuousClock.now
    while try await !condition() {
        let elapsed = ContinuousClock.now - start
        guard elapsed < limit else { throw DidNotComeAbout(what: what(), place: "\(file):\(line)", limit: limit) }
        if elapsed < .milliseconds(2) {
            await Task.yield()
        } else {
            try await Task.sleep(for: min(max(elapsed / 10, .milliseconds(1)), .milliseconds(20)))
        }
    }
}

/// What a test waited for in vain.
public struct DidNotComeAbout: Error, CustomStringConvertible {
    public let what: String
    public let place: String
    public let limit: Duration

    public var description: String { "\(self.place): It did not come about within \(self.limit) that \(self.what)." }
}
