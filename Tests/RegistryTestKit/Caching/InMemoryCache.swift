public import RegistryCatalog
import Synchronization

/// A cache without anything behind it, for tests. It can fail on demand, and do one thing wrong.
public final class InMemoryCache: SharedCache {
    /// What it does otherwise than it must, to show that the conformance suite notices.
    public enum Fault: Sendable, CaseIterable {
        case takesOlder
        case ignoresTimelines
        case keepsOlder
        case overlooksMissingParts
        case ignoresChecksums
        case confirmsWhatIsOlder
        case confirmsWhatIsNotWhole
        case mixesRegistries
        case losesRecords
    }

    private struct Part {
        var bytes: [UInt8]
        let records: Int
    }

    private struct State {
        var manifest: SnapshotManifest?
        var parts: [Part?] = []
        var outage: CacheError?
        var saves = 0
        var isContested = false
    }

    public let kind: CacheKind
    private let fault: Fault?
    private let chunkBytes: Int
    private let state = Mutex(State())

    public init(_ kind: CacheKind = .redis, fault: Fault? = nil, chunkBytes: Int = 256) {
        self.kind = kind
        self.fault = fault
        self.chunkBytes = chunkBytes
    }

    // MARK: What tests ask for

    /// While it is set, every call fails with it.
    public var outage: CacheError? {
        get { self.state.withLock { $0.outage } }
        set { self.state.withLock { $0.outage = newValue } }
    }

    /// Whether it says that two registries write there.
    public var isContested: Bool {
        get { self.state.withLock { $0.isContested } }
        set { self.state.withLock { $0.isContested = newValue } }
    }

    /// How many snapshots were sent to it, taken or not.
    public var saves: Int { self.state.withLock { $0.saves } }

    public func empty() {
        self.state.withLock {
            $0.manifest = nil
            $0.parts = []
        }
    }

    public func removePart() { self.state.withLock { $0.parts[$0.parts.count / 2] = nil } }

    public func flipBit() {
        self.state.withLock { state in
            guard var part = state.parts[0] else { return }
            // In the text of a service's name, where nothing but a checksum would notice.
            let place = part.bytes.indices.dropLast(8).first { part.bytes[$0...].starts(with: "payments".utf8) } ?? 0
            part.bytes[place] ^= 1
            state.parts[0] = part
        }
    }

    // MARK: SharedCache

    public func position() async throws(CacheError) -> SnapshotPosition? {
        try self.checked().manifest?.position
    }

    public func hasRival() async throws(CacheError) -> Bool { try self.checked().isContested }

    public func confirm(_ position: SnapshotPosition) async throws(CacheError) -> Bool {
        let state = try self.checked()
        guard let held = state.manifest?.position else { return false }
        guard held.registryID == position.registryID else { throw Self.foreign }
        if position.isNewer(than: held) { return self.fault == .confirmsWhatIsOlder }
        return self.fault == .confirmsWhatIsNotWhole || state.parts.allSatisfy { $0 != nil }
    }

    public func save(_ snapshot: CatalogSnapshot) async throws(CacheError) -> CacheSaving {
        let state = try self.checked()
        self.state.withLock { $0.saves += 1 }
        if let held = state.manifest?.position {
            let isOther = held.registryID != snapshot.catalog.registryID
            if isOther, self.fault != .mixesRegistries { throw Self.foreign }
            let isWhole = state.parts.allSatisfy { $0 != nil }
            if !isOther, isWhole, !self.isNewer(snapshot.position, than: held) { return .superseded }
        }
        var encoder = SnapshotEncoder(snapshot, chunkBytes: self.chunkBytes)
        var parts: [Part?] = []
        var records = 0
        while let chunk = encoder.next() {
            parts.append(Part(bytes: chunk, records: encoder.manifest.records - records))
            records = encoder.manifest.records
        }
        let manifest = encoder.manifest
        self.state.withLock {
            $0.manifest = manifest
            $0.parts = parts
        }
        return .saved
    }

    public func load() async throws(CacheError) -> CatalogSnapshot? {
        let state = try self.checked()
        guard var manifest = state.manifest else { return nil }
        var parts = state.parts
        if self.fault == .overlooksMissingParts {
            let there = parts.indices.filter { parts[$0] != nil }
            manifest.chunks = there.map { manifest.chunks[$0] }
            manifest.records = parts.reduce(0) { $0 + ($1?.records ?? 0) }
            parts = there.map { parts[$0] }
        }
        do throws(SnapshotFault) {
            if self.fault == .ignoresChecksums {
                manifest.chunks = zip(manifest.chunks, parts).map { chunk, part in
                    part.map { SnapshotManifest.Chunk(of: $0.bytes) } ?? chunk
                }
            }
            var assembly = SnapshotAssembly(manifest)
            for part in parts {
                guard let part else { throw assembly.missing }
                try assembly.append(part.bytes)
            }
            var snapshot = try assembly.finish()
            if self.fault == .losesRecords { snapshot.catalog.tombstones = [] }
            return snapshot
        } catch {
            throw CacheError(error, in: "memory")
        }
    }

    private func isNewer(_ position: SnapshotPosition, than held: SnapshotPosition) -> Bool {
        switch self.fault {
        case .takesOlder: true
        case .keepsOlder: false
        case .ignoresTimelines: position.revision > held.revision
        default: position.isNewer(than: held)
        }
    }

    private func checked() throws(CacheError) -> State {
        let state = self.state.withLock { $0 }
        if let outage = state.outage { throw outage }
        return state
    }

    private static let foreign = CacheError(.foreign, "another registry's snapshot is there")
}
