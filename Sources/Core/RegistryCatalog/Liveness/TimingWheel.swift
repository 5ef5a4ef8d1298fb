/// Elements by the time at which to look at them: a hierarchical timing wheel (Varghese and Lauck, 1987, scheme 7).
///
/// Adding is O(1); advancing costs what is due, plus a move down for each of the few levels that an element began above.
/// There is no removal: what is over is dropped when its time comes, so whoever adds must be able to tell.
struct TimingWheel<Element> {
    private static var slotBits: Int64 { 6 }
    private static var slots: Int64 { 1 << slotBits }

    /// Milliseconds of one slot of the lowest level.
    private let resolution: Int64
    private let levels: Int
    /// The number of the slot that was handled last, on the lowest level.
    private var current: Int64
    private var buckets: [[(slot: Int64, element: Element)]]
    private(set) var count = 0

    /// - Parameters:
    ///   - resolution: milliseconds; an element comes out at most this much after its time, never before.
    ///   - now: milliseconds.
    ///   - levels: each reaches 64 times as far as the one below. Four of 50 ms reach 9 days; what is later comes round again.
    init(resolution: Int64, now: Int64, levels: Int = 4) {
        self.resolution = resolution
        self.levels = levels
        self.current = now / resolution
        self.buckets = Array(repeating: [], count: levels * Int(Self.slots))
    }

    /// Adds an element to be looked at `time` or as soon as possible after it.
    mutating func add(_ element: Element, at time: Int64) {
        // Rounded up: a slot is handled when all of its times have passed.
        let slot = max((time + self.resolution - 1) / self.resolution, self.current + 1)
        self.place(element, slot: slot)
        self.count += 1
    }

    private mutating func place(_ element: Element, slot: Int64) {
        let distance = slot - self.current
        var level = 0
        while level < self.levels - 1, distance >= 1 << (Self.slotBits * Int64(level + 1)) { level += 1 }
        // Beyond the highest level's reach it waits in the farthest slot and is placed anew from there.
        let reach = (Int64(1) << (Self.slotBits * Int64(self.levels))) - 1
        let shown = self.current + min(distance, reach)
        let index = (shown >> (Self.slotBits * Int64(level))) & (Self.slots - 1)
        self.buckets[level * Int(Self.slots) + Int(index)].append((slot, element))
    }

    /// Moves on to `time`, giving each element whose time has come to `body`.
    mutating func advance(to time: Int64, _ body: (Element) -> Void) {
        let target = time / self.resolution
        while self.current < target {
            guard self.count > 0 else {
                self.current = target
                return
            }
            self.current += 1
            self.cascade()
            let index = Int(self.current & (Self.slots - 1))
            let due = self.take(index)
            self.count -= due.count
            for (_, element) in due { body(element) }
        }
    }

    /// Where a level's turn is complete, brings the next slot of the level above down.
    private mutating func cascade() {
        var level = 1
        while level < self.levels, self.current & ((1 << (Self.slotBits * Int64(level))) - 1) == 0 {
            let index = Int((self.current >> (Self.slotBits * Int64(level))) & (Self.slots - 1))
            let moving = self.take(level * Int(Self.slots) + index)
            for (slot, element) in moving {
                if slot <= self.current {
                    self.buckets[Int(self.current & (Self.slots - 1))].append((slot, element))
                } else {
                    self.place(element, slot: slot)
                }
            }
            level += 1
        }
    }

    private mutating func take(_ index: Int) -> [(slot: Int64, element: Element)] {
        var taken: [(slot: Int64, element: Element)] = []
        swap(&taken, &self.buckets[index])
        return taken
    }
}
