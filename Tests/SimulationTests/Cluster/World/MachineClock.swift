import RegistryCatalog
import RegistryModel
import Synchronization

/// The clocks of one machine: they run as fast as all others, and show something else.
final class MachineClock: RegistryClock {
    private let world: SimulationClock
    private let monotonicOffset: Int64
    private let wallOffset: Mutex<Int64>

    init(_ world: SimulationClock, _ dice: Dice) {
        self.world = world
        self.monotonicOffset = Int64(dice.number(0...3_600_000))
        self.wallOffset = Mutex(Int64(dice.number(-400...400)))
    }

    var wallTime: Timestamp { self.world.wallTime.advanced(by: .milliseconds(self.wallOffset.withLock { $0 })) }
    var monotonicMilliseconds: Int64 { self.world.monotonicMilliseconds + self.monotonicOffset }

    func sleep(for span: TimeSpan) async throws { try await self.world.sleep(for: span) }

    /// Its wall clock is set by hand.
    func skew(by span: TimeSpan) { self.wallOffset.withLock { $0 += span.milliseconds } }
}
