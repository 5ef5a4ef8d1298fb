import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import EtcdBackend

/// What waits for the catalogue, and who waits for room.
struct DeliveryQueueTests {
    private let queue = DeliveryQueue(limit: 2)

    private func batch(_ revision: Int64, isWhole: Bool = false) -> CommittedBatch {
        CommittedBatch(revision: Revision(revision), time: Sample.time, records: [], changes: [], isWhole: isWhole)
    }

    private func fill() async {
        for revision in 1...2 { #expect(await self.queue.advance(to: Int64(revision), self.batch(Int64(revision)))) }
    }

    @Test("Whoever waits for room goes on when what waits was loaded in another way")
    func skipped() async {
        await self.fill()
        async let isDone = self.queue.advance(to: 3, self.batch(3))
        self.queue.skip(to: 2)
        #expect(await isDone)
        var batches = self.queue.stream.makeAsyncIterator()
        #expect(await batches.next()?.revision == Revision(3))
    }

    @Test("Whoever waits for room does not hold up the end of its task, and brings nothing then")
    func cancelled() async {
        await self.fill()
        let queue = self.queue
        let batch = self.batch(3)
        // Unstructured: it is cancelled while it waits.
        let waiting = Task { await queue.advance(to: 3, batch) }
        waiting.cancel()
        #expect(await waiting.value == false)
        var batches = queue.stream.makeAsyncIterator()
        #expect(await batches.next()?.revision == Revision(1))
        #expect(await queue.advance(to: 3, batch))
        #expect(await batches.next()?.revision == Revision(2))
        #expect(await batches.next()?.revision == Revision(3))
    }

    @Test("What holds everything takes the place of what waits when there is no room")
    func whole() async {
        await self.fill()
        #expect(await self.queue.advance(to: 9, self.batch(9, isWhole: true)))
        var batches = self.queue.stream.makeAsyncIterator()
        #expect(await batches.next()?.revision == Revision(9))
    }

    @Test("What was taken over counts as that, also while more waits behind it")
    func lagging() async {
        var batches = self.queue.stream.makeAsyncIterator()
        await self.fill()
        #expect(await batches.next()?.revision == Revision(1))
        for revision: Int64 in 3...9 {
            #expect(await self.queue.advance(to: revision, self.batch(revision)))
            #expect(self.queue.consumed.reached == revision - 3, "what was given is not yet taken over")
            #expect(await batches.next()?.revision == Revision(revision - 1))
            #expect(self.queue.consumed.reached == revision - 2)
        }
    }
}
