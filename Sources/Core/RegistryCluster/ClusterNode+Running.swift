import Logging
public import RegistryCatalog
import RegistryModel
import Synchronization

extension ClusterNode {
    /// How often it is looked what is due.
    private static let tick = TimeSpan.milliseconds(50)
    /// How often the store is tidied up.
    private static let housekeeping = TimeSpan.minutes(1)
    /// How long a process that is no member is silent before its digests are forgotten, in milliseconds.
    private static let forgetAfter: Int64 = 60_000
    /// How often a state that differs from the others' is read anew at most.
    private static let reloadPause = TimeSpan.seconds(10)
    /// How often the store is asked how it is.
    private static let observation = TimeSpan.seconds(10)
    /// Drains that one digest names.
    private static let drainLimit = 256
    private static let compaction = ServiceKey(namespace: "", name: "compaction")

    /// Takes part, until the task is cancelled. The catalogue is loaded, and running.
    public func run(_ catalog: Catalog) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.writeDigests(catalog) }
            group.addTask { await self.answerBeats() }
            group.addTask { await self.expireBeats() }
            group.addTask { await self.belong() }
            group.addTask { await self.compareHashes() }
            group.addTask { await self.keepHouse() }
            group.addTask { await self.observeStore() }
        }
        let left = self.state.withLock { state in
            state.isOver = true
            return state.collector.takeAll() + state.unconfirmed.takeAll() + state.takeConfirmed()
        }
        for entry in left { entry.completion(.stopping) }
    }

    /// One digest after another. One that is not known to be committed is written again until it is: others would miss its number.
    private func writeDigests(_ catalog: Catalog) async {
        var condition = Condition<StoreError>()
        while await self.sleep(Self.tick) {
            let now = self.clock.monotonicMilliseconds
            guard let digest = self.nextDigest(catalog, now: now) else { continue }
            while true {
                do throws(StoreError) {
                    try await self.store.put(digest)
                    break
                } catch {
                    self.noteWriting(error, &condition)
                    guard await self.sleep(.milliseconds(200)) else { return }
                }
            }
            self.noteWriting(nil, &condition)
        }
    }

    /// Apart from what takes over the digests, for there may be thousands.
    private func answerBeats() async {
        for await _ in self.answering.stream {
            for entry in self.state.withLock({ $0.takeConfirmed() }) { entry.completion(nil) }
        }
    }

    private func nextDigest(_ catalog: Catalog, now: Int64) -> Digest? {
        // Before the drains: one that is applied in between is not among those that the digest calls applied.
        let due = self.state.withLock { state in
            let hasBeats = !state.collector.isEmpty
            let isDue = state.pace.isDue(now: now, members: state.roster.members.count, hasBeats: hasBeats)
            return isDue ? state.basis : nil
        }
        guard let basis = due else { return nil }
        let (drains, hasMore) = catalog.pendingDrains(limit: Self.drainLimit)
        let standstills = catalog.standstills
        return self.state.withLock { state in
            state.pace.note(sentAt: now)
            state.sequence += 1
            state.confirmation.note(state.sequence, writtenAt: now)
            let entries = state.collector.take()
            state.unconfirmed.add(entries, of: state.sequence)
            return Digest(
                writer: self.memberID, sequence: state.sequence, applied: basis.applied, hash: basis.hash,
                beats: entries.numbers, drains: drains, hasMoreDrains: hasMore, standstills: standstills.count,
                stoodStill: standstills.milliseconds)
        }
    }

    /// Tells those who have waited for too long that it is not known whether the others hear of their beats.
    private func expireBeats() async {
        while await self.sleep(Self.tick) {
            let now = self.clock.monotonicMilliseconds
            let expired = self.state.withLock { state in
                state.unconfirmed.takeExpired(now: now) + state.collector.takeExpired(now: now)
            }
            for entry in expired { entry.completion(.unconfirmed) }
        }
    }

    /// Joins once what this node says comes back to it, and stays a member for as long as it does or the store is full.
    private func belong() async {
        while self.state.withLock({ $0.confirmation.confirmed }) == 0 {
            guard await self.sleep(Self.tick) else { return }
        }
        await self.store.keepMember(self.member) { self.mayBelong(now: self.clock.monotonicMilliseconds) }
    }

    /// Reads everything anew when most others have another state at the same revision.
    private func compareHashes() async {
        while await self.sleep(.seconds(1)) {
            guard self.state.withLock({ $0.hashes.isOddOneOut }) else { continue }
            self.logger?.error("This node's state is not that of the others; everything is read anew.")
            await self.store.reload()
            guard await self.sleep(Self.reloadPause) else { return }
        }
    }

    private func keepHouse() async {
        while await self.sleep(Self.housekeeping) {
            guard self.rank(for: Self.compaction) == 0 else { continue }
            let now = self.clock.monotonicMilliseconds
            let (departed, applied) = self.state.withLock { state in
                let members = state.roster.members.keys
                let applied = members.compactMap { state.ledger[$0]?.applied }.min() ?? .zero
                return (state.ledger.departed(before: now - Self.forgetAfter, members: members), applied)
            }
            do throws(StoreError) {
                if !departed.isEmpty { try await self.store.removeDigests(of: departed) }
                self.state.withLock { state in for writer in departed { state.ledger.forget(writer) } }
                if self.settings.compacts {
                    try await self.store.compact(olderThan: self.settings.keepsRevisions, applied: applied)
                }
            } catch {
                // The next round tries again.
                self.logger?.warning("The store could not be tidied up.", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Asks the store how it is, so that whoever wants figures need not wait for it.
    private func observeStore() async {
        var quota = QuotaWatch()
        repeat {
            let report = await self.store.report()
            self.state.withLock { $0.storeReport = report }
            self.tell(of: quota.note(report), quota: report.quota)
        } while await self.sleep(Self.observation)
    }

    private func tell(of news: QuotaWatch.News?, quota: Int64) {
        switch news {
        case .isShort(let endpoint):
            self.logger?.warning(
                "The store is close to its quota; when that is used up nothing can be written. Make room, or say in etcd.quota what it is.",
                metadata: [
                    "endpoint": "\(endpoint.address)", "bytes": "\(endpoint.bytes)",
                    "used_bytes": "\(endpoint.usedBytes)", "quota": "\(quota)",
                ])
        case .isWell: self.logger?.notice("The store has room again.", metadata: ["quota": "\(quota)"])
        case nil: break
        }
    }

    /// False once the task is cancelled.
    private func sleep(_ span: TimeSpan) async -> Bool {
        do {
            try await self.clock.sleep(for: span)
            return true
        } catch {
            return false
        }
    }
}

extension ClusterNode.State {
    mutating func takeConfirmed() -> [BeatCollector.Entry] {
        defer { self.confirmed = [] }
        return self.confirmed
    }
}
