import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import RegistryCatalog

/// What comes out of the queue, in which portions.
struct CommandQueueTests {
    private let queue = CommandQueue(limit: 1_000)

    private func add(
        _ name: String, _ count: Int, deadline: Int64 = 100, _ completion: @escaping Submission.Completion = { _ in }
    ) {
        let commands = (0..<count).map { Command.leave("\(name)\($0)") }
        #expect(self.queue.add(Submission(commands, actor: name, deadline: deadline, completion)) == nil)
    }

    private func next(_ limit: Int) async -> [String] {
        await self.queue.next(limit: limit, orWithoutWaiting: true)?.map { portion in
            "\(portion.submission.actor) \(portion.commands.lowerBound)..<\(portion.commands.upperBound)"
        } ?? []
    }

    @Test func whatFitsIsTakenWhole() async {
        self.add("a", 3)
        self.add("b", 4)
        self.add("c", 4)
        #expect(await self.next(10) == ["a 0..<3", "b 0..<4"])
        #expect(self.queue.count == 4)
        #expect(await self.next(10) == ["c 0..<4"])
        #expect(await self.next(10) == [])
    }

    @Test func whatIsLargerGoesOnBehindTheOthers() async {
        self.add("large", 25)
        self.add("a", 1)
        self.add("b", 2)
        #expect(await self.next(10) == ["large 0..<10"])
        #expect(self.queue.count == 18)
        #expect(await self.next(10) == ["a 0..<1", "b 0..<2"])
        self.add("c", 1)
        #expect(await self.next(10) == ["large 10..<20"])
        #expect(await self.next(10) == ["c 0..<1", "large 20..<25"])
        #expect(self.queue.count == 0)
    }

    @Test func withoutRoomNothingIsTaken() async {
        self.add("a", 3)
        #expect(await self.next(0) == [])
        #expect(self.queue.count == 3)
    }

    @Test func whatWaitsTooLongWasNotBegunAndWhatIsUnderWayMayBeDone() async throws {
        let results = Mutex<Submission.Results>([])
        self.add("large", 25, deadline: 50) { told in results.withLock { $0 = told } }
        #expect(await self.next(10) == ["large 0..<10"])
        self.queue.expire(now: 49)
        #expect(results.withLock { $0.isEmpty })
        self.queue.expire(now: 50)
        let messages = results.withLock { $0 }.map { result in
            if case .failure(let error) = result { error.message } else { "" }
        }
        #expect(messages.count == 25)
        #expect(messages.prefix(10).allSatisfy { $0.contains("may or may not") })
        #expect(messages.dropFirst(10).allSatisfy { $0.contains("Nothing was changed") })
        #expect(self.queue.count == 0)
        #expect(await self.next(10) == [])
    }
}
