import RegistryModel

/// What other nodes say: their beats renew the leases here.
extension Applier {
    func take(_ events: [ClusterEvent]) {
        guard let link = self.link else { return }
        // Before the beats that came after it count as known: until then no expiry here can succeed.
        if link.mayMissBeats(in: events) { self.liveness.beginAnew() }
        let time = self.clock.wallTime
        let basis = self.withState { state in
            for case .digest(let digest, let position) in events {
                if digest.writer != link.memberID { self.renew(digest.beats, at: time, state) }
                state.knownDigests = max(state.knownDigests, position)
            }
            return DigestBasis(applied: state.revision, hash: state.hash ?? .zero)
        }
        link.take(events, basis: basis)
        guard events.mayMoveDuties else { return }
        self.probed.noteAll()
        self.subscriptionChanges.noteAll()
    }

    /// The time of a beat that another node took is the time at which this one hears of it: later than it was, so never too early.
    private func renew(_ beats: [Int64], at time: Timestamp, _ state: borrowing CatalogState) {
        for number in beats {
            if let lease = state.leases?[number] { self.liveness.noteBeat(lease, at: time) }
        }
    }
}
