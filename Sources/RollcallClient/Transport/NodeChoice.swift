import RegistryModel

/// Which of several nodes is asked: one, for as long as it answers. Pure.
struct NodeChoice: Sendable {
    /// At least one.
    let addresses: [ServerAddress]
    private var place = 0
    /// The registry that is followed; nil while no node has named one.
    private(set) var registry: String?
    /// The newest revision of it that any of them showed; zero while none has, or there is only one.
    private(set) var seen = Revision.zero
    /// Which registry each node showed last, if it has answered since it was lost.
    private var shown: [ServerAddress: String] = [:]

    init(_ address: ServerAddress, _ alternatives: [ServerAddress]) {
        self.addresses = [address] + alternatives
    }

    var current: ServerAddress { self.addresses[self.place] }

    /// A node turned a request away, or a stream of it broke off: from now on the next one is asked, unless another request has moved on
    /// already.
    mutating func leave(_ address: ServerAddress) {
        guard self.current == address else { return }
        self.place = (self.place + 1) % self.addresses.count
    }

    /// A node did not answer: it is left, and what it showed is not there any more as far as anybody knows.
    mutating func lose(_ address: ServerAddress) {
        self.shown[address] = nil
        self.leave(address)
    }

    /// A node showed this. What is read afterwards, perhaps of another one, must not be older.
    ///
    /// - Parameter registry: the id that it named; nil: it named none.
    mutating func note(_ revision: Revision, of registry: String?, at address: ServerAddress) {
        if let registry, !self.follows(registry, revision, at: address) { return }
        if self.addresses.count > 1 { self.seen = max(self.seen, revision) }
    }

    /// Revisions of two registries cannot be compared. One that is taken over by nodes goes on above the one before. One that begins anew,
    /// after everything was wiped, is followed once nobody shows the one before: a node that is only late must not take a reader back.
    private mutating func follows(_ registry: String, _ revision: Revision, at address: ServerAddress) -> Bool {
        self.shown[address] = registry
        if let followed = self.registry, followed != registry {
            guard revision >= self.seen || !self.shown.values.contains(followed) else { return false }
            self.seen = .zero
        }
        self.registry = registry
        return true
    }
}
