import RegistryModel

extension Decider {
    /// Changes a subscription, and nothing else: no service's revision moves. The answer rests on its own write alone.
    mutating func change(
        _ command: SubscriptionCommand, again: Bool, _ state: inout CatalogState
    ) throws(RegistryError) {
        let current = self.draft.subscription(command.id, state)
        switch (command.action, current) {
        case (.create(let request, let secret), nil):
            try self.create(command.id, request, secret: secret, &state)
        case (.create, _?):
            // Decided again after a conflict, it is the one that this command made.
            guard again else { throw RegistryError(.conflict, "There is a subscription of this id; choose another.") }
        case (.remove, _?):
            self.draft.put(nil, id: command.id, state)
        case (.revive, let current?):
            self.revive(current, state)
        case (.note(let progress, let revivals, let sequence), let current?):
            try self.note(progress, revivals: revivals, after: sequence, of: current, state)
        case (.note, nil):
            break
        case (.remove, nil):
            if !again { throw .unknownSubscription(command.id) }
        case (.revive, nil):
            throw .unknownSubscription(command.id)
        }
        self.await(self.draft.write(ofSubscription: command.id, state))
    }

    private mutating func create(
        _ id: String, _ request: SubscriptionRequest, secret: String, _ state: inout CatalogState
    ) throws(RegistryError) {
        let pending = self.draft.pendingSubscriptions(of: request.service, state)
        let limits = (all: self.settings.maximumSubscriptions, each: self.settings.maximumSubscriptionsPerService)
        if state.subscriptions.count + pending.all >= limits.all {
            throw RegistryError(
                .tooManySubscriptions,
                "There are \(limits.all) subscriptions, and no more are allowed; remove some, or raise "
                    + "webhooks.max_subscriptions.")
        }
        if state.subscriptions.count(of: request.service) + pending.ofService >= limits.each {
            throw RegistryError(
                .tooManySubscriptions,
                "Service \(request.service) has \(limits.each) subscriptions, and no more are allowed; remove some, or "
                    + "raise webhooks.max_subscriptions_per_service.")
        }
        let subscription = Subscription(
            id: id, number: state.takeNumber(), service: request.service, clientID: request.clientID,
            callback: request.callback, secret: secret, metadata: request.metadata, createdAt: self.time,
            updatedAt: self.time)
        self.draft.put(subscription, id: id, state)
    }

    private mutating func revive(_ current: Subscription, _ state: CatalogState) {
        var updated = current
        updated.progress.revive()
        updated.revivals += 1
        updated.updatedAt = self.time
        self.draft.put(updated, id: current.id, state)
    }

    private mutating func note(
        _ progress: DeliveryProgress, revivals: Int64, after sequence: Int64, of current: Subscription,
        _ state: CatalogState
    ) throws(RegistryError) {
        guard sequence == current.progress.sequence else {
            throw RegistryError(
                .preconditionFailed,
                "Deliveries of subscription \(current.id) have come to number \(current.progress.sequence), not "
                    + "\(sequence); another node makes them.")
        }
        guard revivals == current.revivals else {
            throw RegistryError(
                .preconditionFailed, "Subscription \(current.id) was revived; what was before that does not count.")
        }
        guard progress.sequence >= sequence, progress != current.progress else { return }
        var updated = current
        updated.progress = progress
        updated.updatedAt = self.time
        self.draft.put(updated, id: current.id, state)
    }
}

extension Draft {
    /// How many subscriptions the earlier commands of the group add, in all and to one service; less than 0 when they remove.
    fileprivate func pendingSubscriptions(
        of service: ServiceKey, _ state: borrowing CatalogState
    ) -> (all: Int, ofService: Int) {
        var pending = (all: 0, ofService: 0)
        for record in self.subscriptions.records where record.write != nil {
            let step = (record.exists ? 1 : 0) - (record.expected == nil ? 0 : 1)
            pending.all += step
            let subscription = record.value ?? state.subscriptions[record.key]
            if subscription?.service == service { pending.ofService += step }
        }
        return pending
    }
}
