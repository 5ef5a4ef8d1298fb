import RegistryModel

/// Which of several nodes is asked: one, for as long as it answers. Pure.
struct NodeChoice: Sendable {
    /// At least one.
    let addresses: [ServerAddress]
    private var place = 0
    /// The newest revision that any of them showed; zero while none has, or there is only one.
    private(set) var seen = Revision.zero

    init(_ address: ServerAddress, _ alternatives: [ServerAddress]) {
        self.addresses = [address] + alternatives
    }

    var current: ServerAddress { self.addresses[self.place] }

    /// A node did not answer, or turned a request away: from now on the next one is asked, unless another request has moved on already.
    mutating func leave(_ address: ServerAddress) {
        guard self.current == address else { return }
        self.place = (self.place + 1) % self.addresses.count
    }

    /// A node showed this. What is read afterwards, perhaps of another one, must not be older.
    mutating func note(_ revision: Revision) {
        if self.addresses.count > 1 { self.seen = max(self.seen, revision) }
    }
}
