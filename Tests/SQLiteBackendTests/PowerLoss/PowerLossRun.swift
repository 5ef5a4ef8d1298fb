import GRDB
import RegistryCatalog
import RegistryModel
import RegistryTestKit

@testable import SQLiteBackend

/// A store at work on a recorded disk, and what a power loss at any moment of that would have left.
struct PowerLossRun {
    /// What the store does wrong, to show that it is noticed.
    enum Fault {
        case syncsOnlyAtCheckpoints
        case acknowledgesFirst
    }

    let base: [(name: String, content: [UInt8])]
    let events: [DiskEvent]
    let truth: CommitTruth
    private let seed: UInt64

    /// Commits `commits` times, with small logs so that they are often moved into the database, and closes and opens
    /// the store twice meanwhile. The last one stays open.
    init(seed: UInt64, commits: Int, fault: Fault? = nil) async throws {
        let directory = try TemporaryDirectory()
        // The making of the database is not recorded: it appears under its name only when it is whole.
        try await directory.open().close()
        let recorder = try DiskRecorder(directory.data)
        defer { recorder.stop() }
        var configuration = SQLiteStore.Configuration()
        configuration.checkpointPages = 40
        configuration.walBytes = 200_000
        var workload = StoreWorkload(seed: seed)
        var truth = CommitTruth()
        var events: [DiskEvent] = []
        for part in [0..<commits / 3, commits / 3..<commits * 2 / 3, commits * 2 / 3..<commits] {
            configuration.committedBatches = commits
            let store = try directory.open(configuration)
            if fault == .syncsOnlyAtCheckpoints {
                try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
            }
            for number in part {
                let group = workload.group(on: truth.contents)
                truth.attempt(truth.contents.after(group))
                if fault == .acknowledgesFirst { truth.acknowledge(at: recorder.position) }
                let outcomes = await store.commit(group)
                guard outcomes == group.writes.map({ _ in .committed(truth.attempted) }) else {
                    throw UnexpectedOutcome(outcomes: outcomes)
                }
                if fault == nil || fault == .syncsOnlyAtCheckpoints { truth.acknowledge(at: recorder.position) }
                if number % 50 == 49, await !store.isWritable() { throw UnexpectedOutcome(outcomes: []) }
            }
            // Before the last store goes, which would move its log and remove it.
            events = recorder.events
            if part.upperBound < commits { try await store.close() }
        }
        self.base = recorder.base
        self.events = events
        self.truth = truth
        self.seed = seed
    }

    struct UnexpectedOutcome: Error {
        let outcomes: [CommitOutcome]
    }

    /// Looks at an image of the moment right after each sync, and at `count` of moments between. Says what is wrong with
    /// them, up to `limit` faults.
    func faults(between count: Int, limit: Int = .max) async throws -> (images: Int, faults: [String]) {
        var generator = SeededGenerator(seed: self.seed &+ 1)
        var moments = Set(self.events.indices.filter { if case .sync = self.events[$0] { true } else { false } })
        for _ in 0..<count { moments.insert(Int.random(in: self.events.indices, using: &generator)) }
        var disk = DurableDisk(self.base, seed: self.seed &+ 2)
        var faults: [String] = []
        for (index, event) in self.events.enumerated() where faults.count < limit {
            disk.take(event)
            guard moments.contains(index) else { continue }
            let damage = DurableDisk.Damage.allCases.randomElement(using: &generator) ?? .losesAll
            let image = try StoreImage(disk.image(damage))
            if let fault = try await image.fault(self.truth, at: index + 1) {
                faults.append("power loss after event \(index), \(damage): \(fault)")
            }
        }
        return (moments.count, faults)
    }

    /// What is wrong with the files at the end when the disk has forgotten one write that it was told to sync.
    func fault(forgetting event: Int) async throws -> String? {
        var disk = DurableDisk(self.base, seed: self.seed, forgetting: event)
        for event in self.events { disk.take(event) }
        return try await StoreImage(disk.image(.losesNone)).fault(self.truth, at: self.events.count)
    }
}
