import RegistryModel

/// What is over by itself. Where nodes share the roll the first in rank for a service sees to it, and the others only to what that leaves.
extension Catalog {
    /// Forgets empty services and old tombstones once their time is over.
    func keepHouse() async {
        var turns = Turns()
        while await self.sleep(CatalogSettings.housekeeping) {
            var commands = self.own(self.outlived(), &turns)
            while !commands.isEmpty {
                let results = await self.performOwn(commands)
                // What failed is tried at the next turn.
                guard results.allSatisfy({ (try? $0.get()) != nil }) else { break }
                commands = self.own(self.outlived(), &turns)
            }
        }
    }

    /// What may be forgotten, as much as goes into one group.
    private func outlived() -> [Command] {
        let time = self.clock.wallTime
        return self.applier.withState { state in
            let services = state.services.lazy
                .filter { entry in
                    guard entry.instances.isEmpty, let since = entry.service.emptySince else { return false }
                    return time.since(since) >= self.settings.emptyServiceRetention
                }
                .map { Command.purgeService($0.service.key) }
                .prefix(CatalogSettings.groupLimit)
            let tombstones = state.tombstones.lazy
                .filter { $0.value.until <= time }
                .map { Command.purgeTombstone($0.key) }
                .prefix(CatalogSettings.groupLimit)
            return Array(services) + Array(tombstones)
        }
    }

    /// Ends operators' decisions whose time is over. By the wall clock: what ran out while no process ran is over at the next start.
    func endOverrides() async {
        var turns = Turns()
        while await self.sleep(CatalogSettings.overrideCheck) {
            let time = self.clock.wallTime
            while true {
                let over = self.applier.withState { $0.overrides.over(by: time, limit: CatalogSettings.groupLimit) }
                let commands = self.own(over.map { .purgeOverride($0) }, &turns)
                guard !commands.isEmpty else { break }
                let results = await self.performOwn(commands)
                // What failed, or is void because the clock was set back, is looked at again at the next turn.
                guard results.allSatisfy({ (try? $0.get()) != nil }), self.clock.wallTime >= time else { break }
            }
        }
    }
}
