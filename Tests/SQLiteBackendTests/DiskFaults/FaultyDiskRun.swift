import Foundation
import RegistryCatalog
import RegistryModel

@testable import SQLiteBackend

/// A store at work on a disk of which some operations fail, held against what it acknowledged.
struct FaultyDiskRun {
    private static let commits = 10
    private static let configuration = {
        var configuration = SQLiteStore.Configuration()
        configuration.checkpointPages = 16
        configuration.walBytes = 40_000
        return configuration
    }()

    /// The test's own mistakes, to show that they are noticed.
    enum Mistake {
        case takesRefusalsForCommits
    }

    private let directory: TemporaryDirectory
    private let recorder: DiskRecorder
    private let fault: DiskFault?
    private let seed: UInt64
    private let mistake: Mistake?
    private var truth = CommitTruth()
    private(set) var faults: [String] = []
    private(set) var refusals = 0

    /// Writes, syncs, truncations and deletions of the whole run.
    var operations: Int { self.recorder.operations }

    init(seed: UInt64, fault: DiskFault?, mistake: Mistake? = nil) async throws {
        self.directory = try TemporaryDirectory()
        try await self.directory.open().close()
        self.recorder = try DiskRecorder(self.directory.data)
        self.seed = seed
        self.fault = fault
        self.mistake = mistake
        self.recorder.fault = fault
    }

    /// Opens, commits, closes; then looks at what a power loss, and what a restart would find.
    ///
    /// A commit that was refused because its sync failed, on a disk that failed until the end, may be there after all:
    /// nothing could be written to take it back. So it may as long as no later one was acknowledged.
    mutating func run() async throws {
        defer { self.recorder.stop() }
        let store = try self.open()
        var workload = StoreWorkload(seed: self.seed, largest: 16)
        for number in 1...Self.commits {
            await self.commit(workload.group(on: self.truth.contents), store)
            // Whatever it is, it ends before the last commits.
            if number == Self.commits - 3 { try await self.lift(store) }
        }
        try await self.examineImages()
        await self.close(store)
        let reopened = try self.open()
        if let fault = try await StoreImage.fault(of: reopened, self.truth) { self.report("after a restart \(fault)") }
        try await reopened.close()
    }

    private mutating func open() throws -> SQLiteStore {
        do {
            return try self.directory.open(Self.configuration)
        } catch let error as StoreError {
            // Whoever opens a file learns from SQLite that it failed, and not always why.
            self.expect(error, [self.fault?.storeCode, .unavailable], "opening")
            self.recorder.fault = nil
            return try self.directory.open(Self.configuration)
        }
    }

    private mutating func commit(_ group: CommitGroup, _ store: SQLiteStore) async {
        self.truth.attempt(self.truth.contents.after(group))
        let outcomes = await store.commit(group)
        if outcomes.allSatisfy({ $0 == .committed(self.truth.attempted) }) {
            return self.truth.acknowledge(at: self.recorder.position)
        }
        self.refusals += 1
        if self.mistake == .takesRefusalsForCommits { self.truth.acknowledge(at: self.recorder.position) }
        for outcome in outcomes {
            if case .unavailable(let error) = outcome {
                self.expect(error, [self.fault?.storeCode], "a commit")
            } else {
                self.report("a commit ended with \(outcome)")
            }
        }
    }

    /// While the disk fails for good, reads go on and the store says that it cannot be written. Then the disk recovers.
    private mutating func lift(_ store: SQLiteStore) async throws {
        guard self.fault?.isHidden != true else { return }
        if self.recorder.fault?.operations.upperBound == .max, self.refusals > 0 {
            if await store.isWritable() { self.report("it says that it can be written") }
            let revision = try await store.load().revision
            if revision != self.truth.contents.revision { self.report("meanwhile it stands at \(revision)") }
        }
        // One that lies further ahead may still hit what follows.
        if let fault = self.recorder.fault, fault.operations.lowerBound > self.recorder.operations { return }
        self.recorder.fault = nil
        if await !store.isWritable() { self.report("it cannot be written after the disk recovered") }
    }

    private mutating func close(_ store: SQLiteStore) async {
        do {
            try await store.close()
        } catch {
            self.expect(error, [self.fault?.storeCode, .unavailable], "closing")
            self.recorder.fault = nil
            do { try await store.close() } catch { self.report("it cannot be closed: \(error)") }
        }
        self.recorder.fault = nil
    }

    /// The files as a power loss at this moment would leave them. A sync that failed made nothing durable.
    private mutating func examineImages() async throws {
        var disk = DurableDisk(self.recorder.base, seed: self.seed)
        let events = self.recorder.events
        for event in events { disk.take(event) }
        for damage in [DurableDisk.Damage.losesAll, .losesSomeSectors] {
            let fault = try await StoreImage(disk.image(damage)).fault(self.truth, at: events.count)
            if let fault { self.report("after a power loss, \(damage): \(fault)") }
        }
    }

    private mutating func expect(_ error: StoreError, _ codes: [StoreError.Code?], _ what: String) {
        if !codes.contains(error.code) { self.report("\(what) failed as \(error.code): \(error)") }
    }

    private mutating func report(_ fault: String) {
        self.faults.append("\(self.fault.map(String.init(describing:)) ?? "no fault"): \(fault)")
    }
}
