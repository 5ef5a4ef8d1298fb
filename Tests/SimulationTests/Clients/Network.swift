import RegistryModel

/// The way from a client to the registry and back. Requests are late, lost, doubled and overtake each other, and answers are lost;
/// at times nothing arrives at all.
struct Network: Sendable {
    let world: Surroundings
    let node: any Entrance

    /// Sends a request and waits for its answer; nil when there is none.
    func send<Answer: Sendable>(_ request: @escaping @Sendable (Registry) async -> Answer?) async -> Answer? {
        let dice = self.world.dice
        let clock = self.world.clock
        if self.world.isCut || dice.chance(25) {
            await clock.rest(for: dice.milliseconds(200...800))
            return nil
        }
        if dice.chance(35) {
            // Its sender gives up while it is still under way.
            self.deliver(request, after: dice.milliseconds(300...3_000))
            await clock.rest(for: dice.milliseconds(50...300))
            return nil
        }
        if dice.chance(35) { self.deliver(request, after: dice.milliseconds(0...700)) }
        await clock.rest(for: dice.milliseconds(0...6))
        guard let registry = self.node.registry else {
            self.node.disappoint()
            await clock.rest(for: dice.milliseconds(50...150))
            return nil
        }
        let answer = await registry.serve(request)
        await clock.rest(for: dice.milliseconds(0...6))
        if answer == nil { self.node.disappoint() }
        return dice.chance(30) ? nil : answer
    }

    private func deliver<Answer: Sendable>(
        _ request: @escaping @Sendable (Registry) async -> Answer?, after delay: TimeSpan
    ) {
        self.world.postman.post {
            await self.world.clock.rest(for: delay)
            if self.world.isCut { return }
            if let registry = self.node.registry { _ = await registry.serve(request) }
        }
    }
}
