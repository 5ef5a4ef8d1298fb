import RegistryModel

extension Committer {
    /// Answers one command, or returns it to be decided again.
    func finish(
        _ work: Work, _ decision: Decision, _ awaited: AwaitedWrites.Summary, isApplied: Bool, isRenewal: Bool,
        _ view: inout LatestSnapshot
    ) -> Work? {
        let result = decision.result
        let command = work.command
        let snapshot = view[command.service]
        let instance = command.instanceID.flatMap { snapshot?.instance($0) }
        if let error = awaited.error {
            work.fail(error, isInPart: awaited.revision != nil)
        } else if awaited.hasConflict || decision.isPremature {
            guard work.conflicts < work.patience else {
                work.resolve(.failure(.lostRace))
                return nil
            }
            // If its own write was committed, only something beside it met the conflict; else it may be another's.
            let created = work.created || ((try? result.get()) == true && awaited.hasInstance)
            var earlier = work.earlier ?? EarlierTry()
            earlier.note(
                awaited, of: command, isRefusal: (try? result.get()) == nil || decision.isPremature,
                isRenewal: isRenewal, ghosts: decision.ghosts)
            return Work(
                submission: work.submission, index: work.index, conflicts: work.conflicts + 1, created: created,
                earlier: earlier)
        } else if !isApplied, awaited.revision != nil {
            work.resolve(.failure(.notShown))
        } else {
            let revision =
                work.earlier?.doneAt ?? awaited.revision ?? snapshot?.revision ?? self.hub.appliedRevision
            let isProven = awaited.prove(command) || work.earlier?.hasDone(command) == true
            let final = result.map {
                CommandResult(
                    revision: revision, created: $0 || work.created, instance: instance, isProven: isProven)
            }
            let isNew = (try? result.get()) == true
            self.settle(work, final, isBeat: isRenewal && !isNew)
        }
        return nil
    }

    /// Answers a command. If it counts as a beat, then only when no other node can miss that; of one that has just come onto the roll
    /// all hear by that. One that is decided again behind a barrier is announced then.
    private func settle(_ work: Work, _ result: Result<CommandResult, RegistryError>, isBeat: Bool) {
        guard let link, isBeat, case .success(let done) = result,
            work.submission.isInformed || !result.mayBeOutdated(for: work.command), let instance = done.instance,
            instance.lease != nil
        else { return work.resolve(result) }
        let (index, number) = (self.hub.index, instance.instance.number)
        link.announce([number], deadline: work.submission.deadline) { error in
            let isOutdated = work.command.instanceKey.map { index.refusal(ofBeat: number, of: $0) != nil } ?? false
            work.resolve((error ?? (isOutdated ? .replacedMeanwhile : nil)).map { .failure($0) } ?? result)
        }
    }

    /// Renews the leases of instances that were heard, now that what they are is settled.
    func renewLeases(_ keys: Set<InstanceKey>, at time: Timestamp) {
        for key in keys {
            guard let lease = self.hub.index[key.service]?.instance(key.id)?.lease else { continue }
            self.liveness.noteBeat(lease, at: time)
        }
    }
}

extension RegistryError {
    fileprivate static let lostRace = RegistryError(
        .conflict, "Others changed the same records at the same time; read again, then decide again.")
    fileprivate static let notShown = RegistryError(
        .notReady, "It is stored, but this node is stopping and does not show it; ask another one, or ask again.",
        retryAfter: .seconds(1))
}
