/// Bytes that grow at their end, in memory of its own. Whoever puts something has reserved the room for it.
struct ByteStore: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        self.start = .allocate(capacity: self.capacity)
    }

    deinit { self.start.deallocate() }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: self.start, count: self.count) }

    mutating func removeAll() { self.count = 0 }

    mutating func reserve(_ additional: Int) {
        if self.count + additional > self.capacity { self.grow(to: self.count + additional) }
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let larger = max(needed, self.capacity * 2)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: self.start, count: self.count)
        self.start.deallocate()
        self.start = moved
        self.capacity = larger
    }

    // MARK: Putting

    mutating func put(_ byte: UInt8) {
        self.start[self.count] = byte
        self.count += 1
    }

    mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let address = bytes.baseAddress else { return }
        (self.start + self.count).update(from: address, count: bytes.count)
        self.count += bytes.count
    }

    mutating func put(_ text: StaticString) {
        self.put(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Puts once more what stands at `range`.
    mutating func putAgain(_ range: Range<Int>) {
        (self.start + self.count).update(from: self.start + range.lowerBound, count: range.count)
        self.count += range.count
    }

    /// Lets `write` put up to as many bytes as were reserved and say how many it did.
    mutating func put(_ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        self.count += write(self.start + self.count)
    }

    /// Decimal digits, at most 20.
    mutating func putDigits(_ value: UInt64) {
        var length = 1
        var power: UInt64 = 10
        while length < 20, value >= power {
            length += 1
            let (next, overflow) = power.multipliedReportingOverflow(by: 10)
            if overflow { break }
            power = next
        }
        var rest = value
        for position in stride(from: self.count + length - 1, through: self.count, by: -1) {
            self.start[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        self.count += length
    }
}
