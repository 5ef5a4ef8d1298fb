public import RegistryModel

/// What a catalogue does that others share. On a node that is alone all of it is true at once.
extension Catalog {
    /// Whether other nodes have the same roll.
    public var isShared: Bool { self.link != nil }

    /// Whether it has loaded what the store holds, and takes over what comes after it.
    public var followsStore: Bool { self.isLoaded && self.loadedSource.load() == .live }

    /// Where what this node shows comes from.
    public var source: CatalogSource {
        let loaded = self.loadedSource.load()
        guard loaded == .live, self.sharedStore?.obstacle != nil else { return loaded }
        return .cache
    }

    /// Shows everything that any node had acknowledged when this was called, once it returns.
    ///
    /// Throws `store_unavailable` when the store does not say what that is, and `behind` when it does not arrive in time.
    public func catchUp() async throws(RegistryError) {
        try await self.catchUp(deadline: self.storeDeadline)
    }

    /// - Parameter deadline: monotonic milliseconds.
    func catchUp(deadline: Int64) async throws(RegistryError) {
        guard self.link != nil else { return }
        // What the store says is newest may be of another history than what is shown from a cache.
        guard self.followsStore else { throw self.notFollowing }
        let revision: Revision
        do throws(StoreError) {
            revision = try await self.barrier.newest(deadline: deadline)
        } catch {
            throw error.forClients
        }
        guard await self.waitUntilShown(revision, deadline: deadline) else { throw Self.behind(revision) }
    }

    /// Until when whoever asks now waits for the store. Monotonic milliseconds.
    var storeDeadline: Int64 { self.clock.monotonicMilliseconds + self.settings.storeTimeout.milliseconds }

    /// Waits until this node shows a revision that another may have told of, at most a second.
    ///
    /// Throws `behind` when it does not by then. A node that is alone shows all there is.
    public func awaitRevision(_ revision: Revision) async throws(RegistryError) {
        guard self.link != nil else { return }
        let deadline = self.clock.monotonicMilliseconds + TimeSpan.seconds(1).milliseconds
        guard await self.waitUntilShown(revision, deadline: deadline) else { throw Self.behind(revision) }
    }

    private func waitUntilShown(_ revision: Revision, deadline: Int64) async -> Bool {
        await self.applier.waiting.wait(for: revision, deadline: deadline, shown: { self.hub.appliedRevision })
    }

    private static func behind(_ revision: Revision) -> RegistryError {
        RegistryError(
            .behind, "This node does not show revision \(revision) yet; ask again, or ask another one.",
            retryAfter: .seconds(1))
    }

    /// Drains that readers here have still to take over, at most `limit`, and whether there may be more.
    public func pendingDrains(limit: Int) -> (drains: [Digest.PendingDrain], hasMore: Bool) {
        self.applier.drains.pending(limit: limit)
    }

    /// How often, and for how many milliseconds, the clock of deadlines stood still since the start.
    public var standstills: (count: Int, milliseconds: Int64) { self.liveness.standstills }

    /// The whole state is this, at the newest revision that is applied; nil when nobody shares it.
    public var stateHash: StateHash? { self.applier.withState { $0.hash } }

    private var notFollowing: RegistryError {
        self.storeError?.forClients
            ?? RegistryError(.notReady, "The server is starting; try again.", retryAfter: .seconds(1))
    }

    /// Tells other nodes that these instances beat, and returns when none can miss it.
    func announce(_ numbers: [Int64], deadline: Int64) async throws(RegistryError) {
        guard let link, !numbers.isEmpty else { return }
        // Nobody writes digests before this node follows the store.
        guard self.followsStore else { throw self.notFollowing }
        let error = await withCheckedContinuation { continuation in
            link.announce(numbers, deadline: deadline) { continuation.resume(returning: $0) }
        }
        if let error { throw error }
    }
}

extension RegistryError {
    /// Whether it says that an instance is not there.
    var isUnknown: Bool { self.code == .unknownInstance || self.code == .unknownService }

    /// Whether it rests on what this node shows, of which another one may know better.
    var mayBeOutdated: Bool {
        switch self.code {
        case .unknownInstance, .unknownService, .unknownOverride, .unknownSubscription, .notProtected,
            .preconditionFailed, .conflict, .tooManySubscriptions:
            true
        default: false
        }
    }
}
