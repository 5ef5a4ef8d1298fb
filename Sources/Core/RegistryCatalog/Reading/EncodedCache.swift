import DequeModule
import Synchronization

/// A place that every snapshot has for what one frontend makes of it. The catalogue hands them out at start.
public struct EncodingSlot<Encoding: AnyObject & Sendable>: Sendable {
    let index: Int
}

/// Bounds what all snapshots' encodings take together: beyond the limit the oldest are let go, and made again when asked for.
///
/// An encoding also goes with its snapshot, as soon as nobody holds that any more.
public final class EncodedCache: Sendable {
    /// Places in every snapshot.
    public static let slotCount = 8

    private struct State {
        var bytes = 0
        /// The oldest first. Those whose snapshot is gone stay until the next sweep.
        var entries: Deque<Entry> = []
        /// Entries whose snapshot is not gone.
        var live = 0
        var nextSlot = 0
    }

    private struct Entry {
        weak var slots: EncodingSlots?
        let index: Int
    }

    private let state = Mutex(State())
    private let limit: Int

    /// - Parameter limit: bytes of all encodings together.
    public init(limit: Int) { self.limit = limit }

    /// The bytes of all encodings that are kept now.
    public var bytes: Int { self.state.withLock { $0.bytes } }

    /// A slot of one's own; there are ``slotCount`` in all.
    public func makeSlot<Encoding: AnyObject & Sendable>(for type: Encoding.Type) -> EncodingSlot<Encoding> {
        let index = self.state.withLock { state in
            defer { state.nextSlot += 1 }
            return state.nextSlot
        }
        precondition(index < Self.slotCount, "every snapshot has \(Self.slotCount) encoding slots; all are taken")
        return EncodingSlot(index: index)
    }

    fileprivate func admit(_ slots: EncodingSlots, index: Int, cost: Int) {
        // What is let go ends after the lock is given up: its end may come back here for the lock.
        let released: [any AnyObject & Sendable] = self.state.withLock { state in
            state.bytes += cost
            state.live += 1
            state.entries.append(Entry(slots: slots, index: index))
            var released: [any AnyObject & Sendable] = []
            while state.bytes > self.limit, let oldest = state.entries.popFirst() {
                guard let slots = oldest.slots else { continue }
                released.append(slots)
                guard let (encoding, cost) = slots.detach(oldest.index) else { continue }
                released.append(encoding)
                state.bytes -= cost
                state.live -= 1
            }
            if state.entries.count > 2 * state.live + Self.sweepThreshold { released += Self.sweep(&state.entries) }
            return released
        }
        withExtendedLifetime(released) {}
    }

    /// Entries without a snapshot that are left in peace.
    private static let sweepThreshold = 64

    /// Drops the entries whose snapshot is gone; returns the others' snapshots, which must not end under the lock.
    private static func sweep(_ entries: inout Deque<Entry>) -> [EncodingSlots] {
        var held: [EncodingSlots] = []
        entries.removeAll { entry in
            guard let slots = entry.slots else { return true }
            held.append(slots)
            return false
        }
        return held
    }

    /// A snapshot is gone, and with it so many encodings.
    fileprivate func giveBack(_ bytes: Int, encodings: Int) {
        self.state.withLock { state in
            state.bytes -= bytes
            state.live -= encodings
        }
    }

    /// How many entries wait to be let go, the dead ones included.
    var entryCount: Int { self.state.withLock { $0.entries.count } }
}

/// The encodings of one snapshot.
final class EncodingSlots: Sendable {
    private struct Filled {
        let encoding: any AnyObject & Sendable
        let cost: Int
    }

    private let cache: EncodedCache
    private let filled = Mutex<[Filled?]>([])

    init(cache: EncodedCache) { self.cache = cache }

    deinit {
        let costs = self.filled.withLock { $0.compactMap { $0?.cost } }
        if !costs.isEmpty { self.cache.giveBack(costs.reduce(0, +), encodings: costs.count) }
    }

    subscript(index: Int) -> (any AnyObject & Sendable)? {
        self.filled.withLock { index < $0.count ? $0[index]?.encoding : nil }
    }

    func store(_ encoding: any AnyObject & Sendable, cost: Int, at index: Int) {
        let isNew = self.filled.withLock { filled in
            while filled.count <= index { filled.append(nil) }
            guard filled[index] == nil else { return false }
            filled[index] = Filled(encoding: encoding, cost: cost)
            return true
        }
        if isNew { self.cache.admit(self, index: index, cost: cost) }
    }

    /// Lets one go, and returns it with its cost.
    fileprivate func detach(_ index: Int) -> (encoding: any AnyObject & Sendable, cost: Int)? {
        self.filled.withLock { filled in
            guard index < filled.count, let entry = filled[index] else { return nil }
            filled[index] = nil
            return (entry.encoding, entry.cost)
        }
    }
}
