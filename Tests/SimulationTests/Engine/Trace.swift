import Synchronization

/// What happened in a run: as one number, so that two runs can be compared, and in words where somebody wants to read them.
final class Trace: Sendable {
    private struct State {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var lines: [String] = []
    }

    private static let lineLimit = 200_000
    private let state = Mutex(State())
    private let isVerbose: Bool

    init(isVerbose: Bool) { self.isVerbose = isVerbose }

    /// FNV-1a, by words.
    func mix(_ first: Int, _ second: Int) {
        self.state.withLock { state in
            state.hash = (state.hash ^ UInt64(truncatingIfNeeded: first)) &* 0x100_0000_01B3
            state.hash = (state.hash ^ UInt64(truncatingIfNeeded: second)) &* 0x100_0000_01B3
        }
    }

    func say(_ line: @autoclosure () -> String) {
        guard self.isVerbose else { return }
        let line = line()
        self.state.withLock { state in
            if state.lines.count >= Self.lineLimit { state.lines.removeFirst(Self.lineLimit / 2) }
            state.lines.append(line)
        }
    }

    var hash: UInt64 { self.state.withLock { $0.hash } }
    var lines: [String] { self.state.withLock { $0.lines } }
}
