import RegistryModel

/// Who is at which host and port: an open-addressing table with linear probing, of the instances' own records.
///
/// There may be a million instances, so names are kept nowhere else but in the records: 16 bytes a slot, of which 65 to 85 % are
/// taken, so 19 to 25 bytes an instance. Probing looks at the hashes alone, which lie side by side. The slot grows with the hash, so that
/// a larger table is filled from one end to the other. Removal closes the gap that it leaves (Knuth, The Art of Computer Programming
/// 6.4, algorithm R), so that probing ends at the first free slot.
struct AddressTable {
    /// Zero: the slot is free.
    private var hashes: [UInt32] = []
    private var records: [InstanceRecord?] = []
    /// The place of each record's service in the state.
    private var services: [Int32] = []
    private(set) var count = 0

    /// - Parameter room: how many instances there will be at once.
    init(room: Int = 0) { if room > 0 { self.resize(to: room + room / 4 + 16) } }

    /// How many records it takes before it grows.
    private var room: Int { self.hashes.count / 20 * 17 }

    /// The records at an address, each with the place of its service, whatever its namespace.
    func forEach(at host: String, _ port: UInt16, _ body: (InstanceRecord, _ service: Int) -> Void) {
        guard self.count > 0 else { return }
        let hash = Self.hash(host, port)
        var slot = self.home(of: hash)
        while self.hashes[slot] != 0 {
            if self.hashes[slot] == hash, let record = self.records[slot], record.instance.spec.port == port,
                record.instance.spec.host == host
            {
                body(record, Int(self.services[slot]))
            }
            slot = self.next(after: slot)
        }
    }

    /// Takes over what became of one instance. `before` and `after` are of the same service.
    mutating func replace(_ before: InstanceRecord?, with after: InstanceRecord?, service: Int) {
        if let before, let slot = self.slot(of: before) {
            if let after, after.instance.spec.port == before.instance.spec.port,
                after.instance.spec.host == before.instance.spec.host
            {
                self.records[slot] = after
                return
            }
            self.free(slot)
        }
        if let after { self.insert(after, service: service) }
    }

    mutating func insert(_ record: InstanceRecord, service: Int) {
        if self.count >= self.room { self.resize(to: max(self.hashes.count / 10 * 13, 40)) }
        self.place(Self.hash(of: record), record, service: Int32(service))
        self.count += 1
    }

    private mutating func place(_ hash: UInt32, _ record: consuming InstanceRecord?, service: Int32) {
        var slot = self.home(of: hash)
        while self.hashes[slot] != 0 { slot = self.next(after: slot) }
        self.hashes[slot] = hash
        self.records[slot] = record
        self.services[slot] = service
    }

    private mutating func free(_ slot: Int) {
        var gap = slot
        var slot = self.next(after: gap)
        while self.hashes[slot] != 0 {
            let home = self.home(of: self.hashes[slot])
            // It may fill the gap unless its own home lies between the two.
            let mayMove = gap < slot ? home <= gap || home > slot : home <= gap && home > slot
            if mayMove {
                self.hashes[gap] = self.hashes[slot]
                self.records.swapAt(gap, slot)
                self.services[gap] = self.services[slot]
                gap = slot
            }
            slot = self.next(after: slot)
        }
        self.hashes[gap] = 0
        self.records[gap] = nil
        self.count -= 1
    }

    private func slot(of record: InstanceRecord) -> Int? {
        guard self.count > 0 else { return nil }
        let hash = Self.hash(of: record)
        var slot = self.home(of: hash)
        while self.hashes[slot] != 0 {
            if self.hashes[slot] == hash, self.records[slot] === record { return slot }
            slot = self.next(after: slot)
        }
        return nil
    }

    private mutating func resize(to slots: Int) {
        var old = self
        self.hashes = Array(repeating: 0, count: slots)
        self.records = Array(repeating: nil, count: slots)
        self.services = Array(repeating: 0, count: slots)
        for slot in old.hashes.indices where old.hashes[slot] != 0 {
            // Moved, not copied: a count of references lies in each record, and a million of them are far apart.
            self.place(old.hashes[slot], old.records[slot].take(), service: old.services[slot])
        }
    }

    // MARK: Hashing

    private static func hash(of record: InstanceRecord) -> UInt32 {
        Self.hash(record.instance.spec.host, record.instance.spec.port)
    }

    /// Never zero.
    private static func hash(_ host: String, _ port: UInt16) -> UInt32 {
        var hasher = Hasher()
        hasher.combine(host)
        hasher.combine(port)
        return max(UInt32(truncatingIfNeeded: hasher.finalize()), 1)
    }

    /// The slot where probing begins (D. Lemire, Fast Random Integer Generation in an Interval, 2019).
    static func home(of hash: UInt32, in slots: Int) -> Int { Int((UInt64(hash) * UInt64(slots)) >> 32) }

    private func home(of hash: UInt32) -> Int { Self.home(of: hash, in: self.hashes.count) }

    private func next(after slot: Int) -> Int { slot + 1 == self.hashes.count ? 0 : slot + 1 }
}
