/// What is due when, the earliest first: a binary heap (J. W. J. Williams, "Algorithm 232: Heapsort", 1964). O(log n) in and out.
struct DueHeap<Element: Sendable>: Sendable {
    private struct Node: Sendable {
        let due: Int64
        let element: Element
    }

    private var nodes: [Node] = []

    var count: Int { self.nodes.count }
    var earliest: Int64? { self.nodes.first?.due }

    mutating func add(_ element: Element, due: Int64) {
        self.nodes.append(Node(due: due, element: element))
        self.rise(from: self.nodes.count - 1)
    }

    /// The earliest, if it is due at `now`.
    mutating func takeDue(now: Int64) -> (due: Int64, element: Element)? {
        guard let first = self.nodes.first, first.due <= now else { return nil }
        let last = self.nodes.removeLast()
        if !self.nodes.isEmpty {
            self.nodes[0] = last
            self.sink()
        }
        return (first.due, first.element)
    }

    /// Drops what is not wanted any more; O(n).
    mutating func keep(where isKept: (Element) -> Bool) {
        self.nodes.removeAll { !isKept($0.element) }
        // A list in order is a heap.
        self.nodes.sort { $0.due < $1.due }
    }

    private mutating func rise(from start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard self.nodes[index].due < self.nodes[parent].due else { return }
            self.nodes.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func sink() {
        var index = 0
        while true {
            let left = 2 * index + 1
            guard left < self.nodes.count else { return }
            let right = left + 1
            let isRightEarlier = right < self.nodes.count && self.nodes[right].due < self.nodes[left].due
            let child = isRightEarlier ? right : left
            guard self.nodes[child].due < self.nodes[index].due else { return }
            self.nodes.swapAt(index, child)
            index = child
        }
    }
}
