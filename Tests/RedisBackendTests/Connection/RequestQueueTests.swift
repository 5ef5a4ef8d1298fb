import NIOCore
import Testing

@testable import RedisBackend

@Suite("Requests over one connection")
struct RequestQueueTests {
    private static let start = NIODeadline.uptimeNanoseconds(1)

    @Test("Answers go to requests in their order, those of several commands when all are there")
    func order() {
        var queue = RequestQueue<String>()
        #expect(Self.add(&queue, "a", commands: 1, bytes: 1, deadline: Self.start))
        #expect(Self.add(&queue, "b", commands: 3, bytes: 1, deadline: Self.start + .seconds(1)))
        #expect(queue.deadline == Self.start)
        #expect(Self.words(queue.take(.integer(1))) == "a 1")
        #expect(queue.deadline == Self.start + .seconds(1))
        #expect(Self.words(queue.take(.integer(2))) == "part")
        #expect(Self.words(queue.take(.integer(3))) == "part")
        #expect(Self.words(queue.take(.integer(4))) == "b 3")
        #expect(queue.isEmpty && queue.deadline == nil)
        #expect(Self.words(queue.take(.integer(5))) == "unexpected")
    }

    @Test("It has bounds, and room again after an answer")
    func bounds() {
        var queue = RequestQueue<Int>(limits: .init(requests: 2, bytes: 10))
        #expect(!Self.add(&queue, 0, commands: 1, bytes: 11, deadline: Self.start))
        #expect(Self.add(&queue, 1, commands: 1, bytes: 6, deadline: Self.start))
        #expect(!Self.add(&queue, 2, commands: 1, bytes: 5, deadline: Self.start))
        #expect(Self.add(&queue, 3, commands: 1, bytes: 4, deadline: Self.start))
        #expect(!Self.add(&queue, 4, commands: 1, bytes: 0, deadline: Self.start))
        _ = queue.take(.null)
        #expect(Self.add(&queue, 5, commands: 1, bytes: 6, deadline: Self.start))
        let left = queue.removeAll()
        #expect(left == [3, 5])
        #expect(Self.add(&queue, 6, commands: 1, bytes: 10, deadline: Self.start))
    }

    /// A macro cannot take what changes it.
    private static func add<Waiter>(
        _ queue: inout RequestQueue<Waiter>, _ waiter: Waiter, commands: Int, bytes: Int, deadline: NIODeadline
    ) -> Bool { queue.add(waiter, commands: commands, bytes: bytes, deadline: deadline) }

    private static func words(_ arrival: RequestQueue<String>.Arrival) -> String {
        switch arrival {
        case .part: "part"
        case .whole(let waiter, let replies): "\(waiter) \(replies.count)"
        case .unexpected: "unexpected"
        }
    }
}
