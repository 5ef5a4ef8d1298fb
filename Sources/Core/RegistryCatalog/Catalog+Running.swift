import Logging
import RegistryModel

extension Catalog {
    /// Commits, applies, ticks and keeps house, until ``stop()`` or cancellation. Finishes what waits before it returns. Once only.
    public func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.applier.run() }
            group.addTask { await self.tick() }
            group.addTask { await self.commitOverdue() }
            group.addTask { await self.probeStore() }
            group.addTask { await self.keepHouse() }
            group.addTask { await self.endOverrides() }
            group.addTask { await self.reviewProtection() }
            if let store = self.store as? any ClusterStore { group.addTask { await self.barrier.run(store) } }
            await self.committer.run()
            // Those who wait for a commit must not wait for one that nobody makes.
            self.committer.queue.abandon(
                RegistryError(
                    .notReady, "The server stopped; try another one, or try again.", retryAfter: .seconds(1)))
            group.cancelAll()
        }
        self.hub.expireWaits(now: .max)
        self.applier.waiting.expire(now: .max)
        self.subscribers.tick(now: .max)
    }

    /// Takes no new command from now on; ``run()`` returns when those that wait are done.
    public func stop() { self.committer.queue.close() }

    private func tick() async {
        while await self.sleep(CatalogSettings.tick) {
            let now = self.clock.monotonicMilliseconds
            let isCutOff = self.link?.isCutOff(now: now) ?? false
            self.liveness.tick(storeIsAway: isCutOff || self.committer.status.isAway(now: now))
            self.applier.waiting.expire(now: now)
            self.barrier.expire(now: now)
            self.hub.expireWaits(now: now)
            self.subscribers.tick(now: now)
            self.committer.queue.expire(now: now)
        }
    }

    /// Commits what the wheel found overdue: first DOWN, later the removal.
    private func commitOverdue() async {
        while await self.liveness.overdueWaiter.wait(deadline: .max) != .cancelled {
            while true {
                let leases = self.liveness.takeOverdue(limit: CatalogSettings.groupLimit)
                guard !leases.isEmpty else { break }
                _ = await self.performOwn(
                    leases.map { lease in
                        switch lease.terms.purpose {
                        case .expiry: .expire(lease.key, number: lease.number)
                        case .removal: .purge(lease.key, number: lease.number)
                        }
                    })
                // Whatever failed or was void is looked at again; what was committed has another lease by now.
                self.liveness.release(leases)
            }
        }
    }

    /// While the store fails, asks it again and again whether it is back.
    private func probeStore() async {
        while await self.committer.status.failureWaiter.wait(deadline: .max) != .cancelled {
            while self.committer.status.error != nil {
                guard await self.sleep(.milliseconds(500)) else { return }
                guard await self.store.isWritable() else { continue }
                self.committer.status.noteWritable(now: self.clock.monotonicMilliseconds)
                self.logger?.notice("the store can be written again")
            }
        }
    }

    /// Forgets empty services and old tombstones once their time is over.
    private func keepHouse() async {
        while await self.sleep(CatalogSettings.housekeeping) {
            var commands = self.outlived()
            while !commands.isEmpty {
                let results = await self.performOwn(commands)
                // What failed is tried at the next turn.
                guard results.allSatisfy({ (try? $0.get()) != nil }) else { break }
                commands = self.outlived()
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
    private func endOverrides() async {
        while await self.sleep(CatalogSettings.overrideCheck) {
            let time = self.clock.wallTime
            while true {
                let over = self.applier.withState { $0.overrides.over(by: time, limit: CatalogSettings.groupLimit) }
                guard !over.isEmpty else { break }
                let results = await self.performOwn(over.map { .purgeOverride($0) })
                // What failed, or is void because the clock was set back, is looked at again at the next turn.
                guard results.allSatisfy({ (try? $0.get()) != nil }), self.clock.wallTime >= time else { break }
            }
        }
    }

    /// False once the task is cancelled.
    func sleep(_ span: TimeSpan) async -> Bool {
        do {
            try await self.clock.sleep(for: span)
            return true
        } catch {
            return false
        }
    }
}
