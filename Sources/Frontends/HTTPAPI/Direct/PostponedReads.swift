import NIOCore
import NIOHTTP1

/// What came in on a connection while an answer was owed, in its order.
///
/// A socket is not read while an answer is owed, but what its client sent before it closed its side comes all at once: so it is bounded.
struct PostponedReads {
    enum Item {
        case part(HTTPServerRequestPart)
        case event(Any)
        case error(any Error)
    }

    private static let limit = 1_024

    private var items = CircularBuffer<Item>()

    var isEmpty: Bool { self.items.isEmpty }

    /// False when it is too much.
    mutating func append(_ item: Item) -> Bool {
        guard self.items.count < Self.limit else { return false }
        self.items.append(item)
        return true
    }

    mutating func popFirst() -> Item? { self.items.popFirst() }

    mutating func removeAll() { self.items.removeAll() }
}
