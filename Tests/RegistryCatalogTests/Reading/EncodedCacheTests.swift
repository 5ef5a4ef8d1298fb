import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct EncodedCacheTests {
    private final class Encoding: Sendable {
        let text: String
        init(_ text: String) { self.text = text }
    }

    private static func snapshot(_ cache: EncodedCache) -> ServiceSnapshot {
        ServiceSnapshot(service: Sample.service(), instances: [], encodings: cache)
    }

    /// Encodes and tells whether that was needed.
    private static func encode(
        _ snapshot: ServiceSnapshot, _ slot: EncodingSlot<Encoding>, cost: Int = 10
    ) -> Bool {
        var made = false
        let encoding = snapshot.encoded(slot) { _ in
            made = true
            return (Encoding("x"), cost)
        }
        #expect(encoding.text == "x")
        return made
    }

    @Test func anEncodingIsMadeOnceForEachSlot() {
        let cache = EncodedCache(limit: 1_000)
        let (first, second) = (cache.makeSlot(for: Encoding.self), cache.makeSlot(for: Encoding.self))
        let snapshot = Self.snapshot(cache)
        #expect(Self.encode(snapshot, second))
        #expect(Self.encode(snapshot, first))
        #expect(!Self.encode(snapshot, first))
        #expect(!Self.encode(snapshot, second))
        #expect(cache.bytes == 20)
    }

    @Test func theOldestIsLetGoAndMadeAgain() {
        let cache = EncodedCache(limit: 30)
        let slot = cache.makeSlot(for: Encoding.self)
        let snapshots = (0..<4).map { _ in Self.snapshot(cache) }
        for snapshot in snapshots { #expect(Self.encode(snapshot, slot)) }
        #expect(cache.bytes == 30)
        #expect(!Self.encode(snapshots[1], slot))
        #expect(Self.encode(snapshots[0], slot))
        #expect(cache.bytes == 30)
        #expect(Self.encode(snapshots[1], slot))
    }

    @Test func whatIsLargerThanTheCacheIsNotKept() {
        let cache = EncodedCache(limit: 30)
        let slot = cache.makeSlot(for: Encoding.self)
        let snapshot = Self.snapshot(cache)
        #expect(Self.encode(snapshot, slot, cost: 31))
        #expect(cache.bytes == 0)
        #expect(Self.encode(snapshot, slot, cost: 31))
    }

    @Test func anEncodingGoesWithItsSnapshot() {
        let cache = EncodedCache(limit: 1_000)
        let slot = cache.makeSlot(for: Encoding.self)
        weak var encoding: Encoding?
        do {
            let snapshot = Self.snapshot(cache)
            encoding = snapshot.encoded(slot) { _ in (Encoding("x"), 10) }
            #expect(cache.bytes == 10)
        }
        #expect(encoding == nil)
        #expect(cache.bytes == 0)
    }

    /// Entries of snapshots that are gone do not pile up behind one that stays.
    @Test func whatIsGoneTakesNoRoom() {
        let cache = EncodedCache(limit: 1_000_000)
        let slot = cache.makeSlot(for: Encoding.self)
        let staying = Self.snapshot(cache)
        #expect(Self.encode(staying, slot))
        for _ in 0..<5_000 {
            #expect(Self.encode(Self.snapshot(cache), slot))
            #expect(cache.entryCount < 100)
        }
        #expect(cache.bytes == 10)
        #expect(!Self.encode(staying, slot))
    }

    /// Snapshots end while others are admitted and let go; neither deadlock nor a count that is off.
    @Test func fromManyTasks() async {
        let cache = EncodedCache(limit: 200)
        let slot = cache.makeSlot(for: Encoding.self)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var kept: [ServiceSnapshot] = []
                    for index in 0..<3_000 {
                        let snapshot = Self.snapshot(cache)
                        _ = Self.encode(snapshot, slot)
                        if index % 3 == 0 { kept.append(snapshot) }
                        if kept.count > 8 { kept.removeFirst() }
                    }
                }
            }
        }
        #expect(cache.bytes == 0)
    }
}
