public import RegistryCatalog
import RegistryModel

/// What every cache must do, as named checks that a test target runs on each of them.
public enum CacheConformance {
    /// How to make the cache that is checked, and how to damage what it keeps.
    public struct Subject: Sendable {
        let make: @Sendable () async throws -> any SharedCache
        let removePart: @Sendable (any SharedCache) async throws -> Void
        let flipBit: @Sendable (any SharedCache) async throws -> Void
        let keepsForeign: Bool

        /// - Parameters:
        ///   - keepsForeign: a snapshot of another registry stays, since that may be in use; else it is replaced.
        ///   - make: a cache in a place of its own that is empty.
        ///   - removePart: takes away some of the snapshot's records.
        ///   - flipBit: changes one bit of the snapshot's records.
        public init(
            keepsForeign: Bool, make: @escaping @Sendable () async throws -> any SharedCache,
            removePart: @escaping @Sendable (any SharedCache) async throws -> Void,
            flipBit: @escaping @Sendable (any SharedCache) async throws -> Void
        ) {
            self.keepsForeign = keepsForeign
            self.make = make
            self.removePart = removePart
            self.flipBit = flipBit
        }
    }

    /// One thing that a cache must do.
    public struct Check: Sendable, CustomStringConvertible {
        /// A sentence that says what.
        public let description: String
        private let body: @Sendable (Subject, any SharedCache) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (Subject, any SharedCache) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Throws ``ConformanceFailure`` when the cache does not do it.
        public func run(on subject: Subject) async throws { try await self.body(subject, subject.make()) }
    }

    public static var checks: [Check] { self.contentChecks + self.damageChecks }

    private static var contentChecks: [Check] {
        [
            Check("An empty cache has nothing") { _, cache in
                try requireEqual(try await cache.position(), nil, "the position")
                try require(try await cache.load() == nil, "nothing is loaded")
                try require(try await !cache.confirm(Sample.snapshot().position), "nothing is confirmed")
            },
            Check("What was saved is loaded, every record of it") { _, cache in
                for snapshot in [Sample.snapshot(1, instances: 0), Sample.snapshot(2, instances: 400)] {
                    try requireEqual(try await cache.save(snapshot), .saved, "saving")
                    try requireEqual(try await cache.position(), snapshot.position, "the position")
                    try await self.requireSnapshot(in: cache, snapshot)
                }
            },
            Check("Only what is newer replaces what is there") { _, cache in
                _ = try await cache.save(Sample.snapshot(20, timeline: 1))
                for (revision, timeline) in [(20, 1), (19, 1), (21, 0), (Int64.max >> 11, 0)] {
                    let older = Sample.snapshot(Int64(revision), timeline: Int64(timeline))
                    try requireEqual(try await cache.save(older), .superseded, "saving \(older.position)")
                    try await self.requireSnapshot(in: cache, Sample.snapshot(20, timeline: 1))
                }
                for newer in [Sample.snapshot(21, timeline: 1), Sample.snapshot(3, timeline: 2)] {
                    try requireEqual(try await cache.save(newer), .saved, "saving \(newer.position)")
                    try await self.requireSnapshot(in: cache, newer)
                }
            },
            Check("What is as new as asked for is confirmed, and nothing else") { _, cache in
                _ = try await cache.save(Sample.snapshot(20, timeline: 1))
                for (revision, timeline, expected) in [
                    (20, 1, true), (19, 1, true), (99, 0, true), (21, 1, false), (1, 2, false),
                ] {
                    let position = Sample.snapshot(Int64(revision), timeline: Int64(timeline)).position
                    try requireEqual(try await cache.confirm(position), expected, "confirming \(position)")
                }
            },
        ]
    }

    private static var damageChecks: [Check] {
        [
            Check("A snapshot with a part missing is never used, and can be saved again") { subject, cache in
                let snapshot = Sample.snapshot(20, instances: 400)
                _ = try await cache.save(snapshot)
                try await subject.removePart(cache)
                try await self.requireIncomplete(cache)
                try require((try? await cache.confirm(snapshot.position)) != true, "it is not confirmed")
                // Also one that is older than the one that is broken: it is the best there is.
                try requireEqual(try await cache.save(Sample.snapshot(19)), .saved, "saving an older one")
                try await self.requireSnapshot(in: cache, Sample.snapshot(19))
            },
            Check("A snapshot with one bit changed is never used") { subject, cache in
                _ = try await cache.save(Sample.snapshot(20))
                try await subject.flipBit(cache)
                try await self.requireIncomplete(cache)
                try requireEqual(try await cache.save(Sample.snapshot(21)), .saved, "saving a newer one")
                try await self.requireSnapshot(in: cache, Sample.snapshot(21))
            },
            Check("Snapshots of two registries are not mixed") { subject, cache in
                let (first, second) = (Sample.snapshot(20), Sample.snapshot(21, registryID: "other"))
                _ = try await cache.save(first)
                guard subject.keepsForeign else {
                    try require(try await !cache.confirm(second.position), "the other one is not confirmed")
                    try requireEqual(try await cache.save(second), .saved, "saving the other one")
                    return try await self.requireSnapshot(in: cache, second)
                }
                for call in 0..<2 {
                    do throws(CacheError) {
                        if call == 0 {
                            _ = try await cache.confirm(second.position)
                        } else {
                            _ = try await cache.save(second)
                        }
                        throw CacheError(.busy, "it was not refused")
                    } catch {
                        try requireEqual(error.code, .foreign, "the refusal")
                    }
                }
                try await self.requireSnapshot(in: cache, first)
            },
        ]
    }

    private static func requireSnapshot(in cache: any SharedCache, _ snapshot: CatalogSnapshot) async throws {
        guard let loaded = try await cache.load() else { throw ConformanceFailure(description: "nothing was loaded") }
        try requireEqual(loaded.timeline, snapshot.timeline, "the timeline")
        try require(
            CatalogRecords(loaded.catalog) == CatalogRecords(snapshot.catalog),
            "\(snapshot.position) is loaded as it was saved; it is \(loaded.position)")
    }

    private static func requireIncomplete(_ cache: any SharedCache) async throws {
        do throws(CacheError) {
            let loaded = try await cache.load()
            throw CacheError(.busy, "it gave \(loaded.map { "\($0.position)" } ?? "nothing")")
        } catch {
            try requireEqual(error.code, .incomplete, "the refusal (\(error))")
        }
    }
}
