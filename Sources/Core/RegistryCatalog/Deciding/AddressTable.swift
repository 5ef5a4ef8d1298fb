import RegistryModel

/// Who is at which host and port: an open-addressing table with linear probing, of the instances' own records.
///
/// There may be a million instances, and most registrations ask for the neighbours of theirs, so names are kept nowhere else but in
/// the records: 13 bytes a slot, of which 54 to 75 % are taken, so 17 to 24 bytes an instance. Removal closes the gap that it leaves
/// (Knuth, The Art of Computer Programming 6.4, algorithm R), so that probing ends at the first free slot.
struct AddressTable {
    private var records: [InstanceRecord?] = []
    /// The place of each record's service in the state.
    private var services: [Int32] = []
    /// Eight bits of the hash, so that a record is looked into only when it may be the one.
    private var tags: [UInt8] = []
    private(set) var count = 0

    /// - Parameter room: how many instances there will be at once.
    init(room: Int = 0) { if room > 0 { self.resize(to: Self.slots(for: room)) } }

    private static func slots(for count: Int) -> Int { max(count + count / 3 + 1, 16) }

    /// The records at an address, each with the place of its service, whatever its namespace.
    func forEach(at host: String, _ port: UInt16, _ body: (InstanceRecord, _ service: Int) -> Void) {
        guard self.count > 0 else { return }
        let hash = Self.hash(host, port)
        let tag = Self.tag(of: hash)
        var slot = self.home(of: hash)
        while let record = self.records[slot] {
            if self.tags[slot] == tag, record.instance.spec.port == port, record.instance.spec.host == host {
                body(record, Int(self.services[slot]))
            }
            slot = self.next(after: slot)
        }
    }

    /// Takes over what became of one instance. `before` and `after` are of the same service.
    mutating func replace(_ before: InstanceRecord?, with after: InstanceRecord?, service: Int) {
        if let before, let after, before.instance.spec.port == after.instance.spec.port,
            before.instance.spec.host == after.instance.spec.host, let slot = self.slot(of: before)
        {
            self.records[slot] = after
            return
        }
        if let before { self.remove(before) }
        if let after { self.insert(after, service: service) }
    }

    mutating func insert(_ record: InstanceRecord, service: Int) {
        if self.count + 1 > self.records.count / 4 * 3 {
            self.resize(to: max(self.records.count + self.records.count * 2 / 5, 16))
        }
        self.place(record, service: Int32(service))
        self.count += 1
    }

    private mutating func place(_ record: InstanceRecord, service: Int32) {
        let hash = Self.hash(of: record)
        var slot = self.home(of: hash)
        while self.records[slot] != nil { slot = self.next(after: slot) }
        self.records[slot] = record
        self.services[slot] = service
        self.tags[slot] = Self.tag(of: hash)
    }

    private mutating func remove(_ record: InstanceRecord) {
        guard var gap = self.slot(of: record) else { return }
        var slot = self.next(after: gap)
        while let follower = self.records[slot] {
            let home = self.home(of: Self.hash(of: follower))
            // It may fill the gap unless its own home lies between the two.
            let mayMove = gap < slot ? home <= gap || home > slot : home <= gap && home > slot
            if mayMove {
                self.records[gap] = follower
                self.services[gap] = self.services[slot]
                self.tags[gap] = self.tags[slot]
                gap = slot
            }
            slot = self.next(after: slot)
        }
        self.records[gap] = nil
        self.count -= 1
    }

    private func slot(of record: InstanceRecord) -> Int? {
        guard self.count > 0 else { return nil }
        var slot = self.home(of: Self.hash(of: record))
        while let found = self.records[slot] {
            if found === record { return slot }
            slot = self.next(after: slot)
        }
        return nil
    }

    private mutating func resize(to slots: Int) {
        let old = (records: self.records, services: self.services)
        self.records = Array(repeating: nil, count: slots)
        self.services = Array(repeating: 0, count: slots)
        self.tags = Array(repeating: 0, count: slots)
        for (index, record) in old.records.enumerated() {
            if let record { self.place(record, service: old.services[index]) }
        }
    }

    // MARK: Hashing

    private static func hash(of record: InstanceRecord) -> UInt64 {
        Self.hash(record.instance.spec.host, record.instance.spec.port)
    }

    private static func hash(_ host: String, _ port: UInt16) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(host)
        hasher.combine(port)
        return UInt64(truncatingIfNeeded: Int64(hasher.finalize()))
    }

    /// The upper bits choose the slot, the lowest ones are the tag.
    private func home(of hash: UInt64) -> Int { Int(hash.multipliedFullWidth(by: UInt64(self.records.count)).high) }

    private static func tag(of hash: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: hash) }

    private func next(after slot: Int) -> Int { slot + 1 == self.records.count ? 0 : slot + 1 }
}
