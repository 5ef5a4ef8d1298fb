import Logging
import RegistryModel

extension Catalog {
    /// Commits, applies, ticks and keeps house, until ``stop()`` or cancellation. Finishes what waits before it returns. Once only.
    public func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // What the store tells goes on from what was loaded from it.
                while !self.followsStore {
                    if await self.following.wait(deadline: .max) == .cancelled { return }
                }
                await self.applier.run()
            }
            group.addTask { await self.tick() }
            group.addTask { await self.commitOverdue() }
            group.addTask { await self.probeStore() }
            group.addTask { await self.keepHouse() }
            group.addTask { await self.endOverrides() }
            group.addTask { await self.reviewServices() }
            if let store = self.sharedStore { group.addTask { await self.barrier.run(store) } }
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
