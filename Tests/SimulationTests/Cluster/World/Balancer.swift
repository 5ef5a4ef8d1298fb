import RegistryModel
import Synchronization

/// Which of a cluster's nodes one client asks: the same for a while, another one after a failure, and now and then for no reason.
final class Balancer: Entrance {
    private let machines: [Machine]
    private let dice: Dice
    private let current: Mutex<Int>
    /// How often in a thousand it changes without need.
    private let restlessness: Int

    init(_ machines: [Machine], _ dice: Dice, restlessness: Int) {
        self.machines = machines
        self.dice = dice
        self.restlessness = restlessness
        self.current = Mutex(dice.number(0...(machines.count - 1)))
    }

    var registry: Registry? {
        if self.dice.chance(self.restlessness) { self.disappoint() }
        return self.machines[self.current.withLock { $0 }].registry
    }

    func disappoint() {
        let step = self.dice.number(1...(self.machines.count - 1))
        self.current.withLock { $0 = ($0 + step) % self.machines.count }
    }
}
