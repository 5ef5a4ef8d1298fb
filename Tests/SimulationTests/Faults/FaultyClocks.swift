import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization

/// Follows the wall clock, so that every correction of that moves deadlines.
struct WallClock: RegistryClock {
    let world: SimulationClock

    var wallTime: Timestamp { self.world.wallTime }

    var monotonicMilliseconds: Int64 { 1_000_000 + self.world.wallTime.since(Sample.time).milliseconds }

    func sleep(for span: TimeSpan) async throws { try await self.world.sleep(for: span) }
}

/// Catches up with a pause step by step, so that nobody sees that there was one.
final class CreepingClock: RegistryClock {
    private static let step: Int64 = 150

    private let world: any RegistryClock
    private let shown: Mutex<Int64>

    init(world: any RegistryClock) {
        self.world = world
        self.shown = Mutex(world.monotonicMilliseconds)
    }

    var wallTime: Timestamp { self.world.wallTime }

    var monotonicMilliseconds: Int64 {
        let now = self.world.monotonicMilliseconds
        return self.shown.withLock { shown in
            shown = now - shown > 900 ? shown + Self.step : now
            return shown
        }
    }

    func sleep(for span: TimeSpan) async throws { try await self.world.sleep(for: span) }
}

/// Wakes too late from short sleeps, but never so late that it looks like a standstill.
struct SlowClock: RegistryClock {
    let world: SimulationClock

    var wallTime: Timestamp { self.world.wallTime }
    var monotonicMilliseconds: Int64 { self.world.monotonicMilliseconds }

    func sleep(for span: TimeSpan) async throws {
        try await self.world.sleep(for: span < .seconds(1) ? span + .milliseconds(700) : span)
    }
}
