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
        var entries: Deque<Entry> = []
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
        let released: [(EncodingSlots, Int)] = self.state.withLock { state in
            state.bytes += cost
            state.entries.append(Entry(slots: slots, index: index))
            var released: [(EncodingSlots, Int)] = []
            // Entries whose snapshot is gone have given their bytes back; they only have to leave the queue.
            while let first = state.entries.first, first.slots == nil || state.bytes > self.limit,
                state.entries.count > 1
            {
                state.entries.removeFirst()
                guard let slots = first.slots else { continue }
                state.bytes -= slots.detach(first.index)
                released.append((slots, first.index))
            }
            return released
        }
        _ = released
    }

    fileprivate func giveBack(_ bytes: Int) {
        self.state.withLock { $0.bytes -= bytes }
    }
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
        let bytes = self.filled.withLock { $0.reduce(0) { $0 + ($1?.cost ?? 0) } }
        if bytes > 0 { self.cache.giveBack(bytes) }
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

    /// Lets one go and returns its cost.
    fileprivate func detach(_ index: Int) -> Int {
        self.filled.withLock { filled in
            guard index < filled.count, let cost = filled[index]?.cost else { return 0 }
            filled[index] = nil
            return cost
        }
    }
}
