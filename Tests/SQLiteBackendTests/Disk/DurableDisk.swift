import RegistryTestKit

/// What is sure to be there when the power fails, and what may be: the state of a disk, folded from recorded events.
///
/// A file's content is sure as of its last sync. Of what was written since, any part may have reached the disk, in any
/// order, a sector of 512 bytes being whole or not there; the length may have stayed what it was. Names are sure once
/// the directory was synced, which SQLite's VFS does with the first sync of a log that it made.
struct DurableDisk {
    /// What is taken of the writes that no sync has covered.
    enum Damage: CaseIterable {
        case losesAll
        case losesNone
        case losesTheLast
        case losesSomeWrites
        case losesSomeSectors
    }

    private enum Pending {
        case write(offset: Int, [UInt8])
        case truncate(Int)
    }

    private struct File {
        var content: [UInt8] = []
        var pending: [Pending] = []
    }

    static let sector = 512

    private var files: [Int: File] = [:]
    private var names: [String: Int] = [:]
    private var pendingNames: [(name: String, file: Int?)] = []
    private var generator: SeededGenerator
    /// Forgets the write of this number among all events: a disk that lies about a sync.
    private let forgottenEvent: Int?
    private var taken = 0

    init(_ base: [(name: String, content: [UInt8])], seed: UInt64, forgetting event: Int? = nil) {
        self.generator = SeededGenerator(seed: seed)
        self.forgottenEvent = event
        for (number, file) in base.enumerated() {
            self.files[number] = File(content: file.content)
            self.names[file.name] = number
        }
    }

    // MARK: Events

    mutating func take(_ event: DiskEvent) {
        defer { self.taken += 1 }
        switch event {
        case .created(let name, let file):
            self.files[file] = File()
            self.pendingNames.append((name, file))
        case .write(let file, let offset, let bytes):
            if self.taken != self.forgottenEvent { self.files[file]?.pending.append(.write(offset: offset, bytes)) }
        case .truncate(let file, let size):
            self.files[file]?.pending.append(.truncate(size))
        case .sync(let file):
            self.settle(file, .losesNone)
            if self.pendingNames.contains(where: { $0.file == file }) { self.settleNames() }
        case .failedSync(let file):
            self.settle(file, .losesSomeSectors)
        case .deleted(let name, let syncsDirectory):
            self.pendingNames.append((name, nil))
            if syncsDirectory { self.settleNames() }
        }
    }

    private mutating func settle(_ number: Int, _ damage: Damage) {
        guard var file = self.files.removeValue(forKey: number) else { return }
        self.apply(&file, damage)
        file.pending = []
        self.files[number] = file
    }

    private mutating func settleNames() {
        for (name, file) in self.pendingNames { self.names[name] = file }
        self.pendingNames = []
    }

    // MARK: Images

    /// The files that could be found after a power loss at this moment.
    mutating func image(_ damage: Damage) -> [String: [UInt8]] {
        var names = self.names
        let kept =
            switch damage {
            case .losesAll: 0
            case .losesNone: self.pendingNames.count
            default: Int.random(in: 0...self.pendingNames.count, using: &self.generator)
            }
        // A directory's changes reach the disk in their order.
        for (name, file) in self.pendingNames.prefix(kept) { names[name] = file }
        return names.mapValues { number in
            var file = self.files[number] ?? File()
            self.apply(&file, damage)
            return file.content
        }
    }

    private mutating func apply(_ file: inout File, _ damage: Damage) {
        var kept = file.pending.count
        if damage == .losesAll { kept = 0 }
        if damage == .losesTheLast { kept = Int.random(in: 0...kept, using: &self.generator) }
        // Some of the damaged kinds keep the old length, as a disk does that wrote data before it wrote the file's size.
        let isPartial = damage == .losesSomeWrites || damage == .losesSomeSectors
        let growth = !isPartial || Bool.random(using: &self.generator) ? Int.max : file.content.count
        for operation in file.pending.prefix(kept) {
            if damage == .losesSomeWrites, Bool.random(using: &self.generator) { continue }
            switch operation {
            case .truncate(let size):
                if damage == .losesSomeSectors, Bool.random(using: &self.generator) { continue }
                if size < file.content.count { file.content.removeLast(file.content.count - size) }
            case .write(let offset, let bytes):
                self.write(bytes, at: offset, to: &file.content, growth, tears: damage == .losesSomeSectors)
            }
        }
    }

    private mutating func write(
        _ bytes: [UInt8], at offset: Int, to content: inout [UInt8], _ limit: Int, tears: Bool
    ) {
        let end = min(offset + bytes.count, limit)
        if end > content.count { content.append(contentsOf: repeatElement(0, count: end - content.count)) }
        var start = offset
        while start < end {
            let next = min(end, (start / Self.sector + 1) * Self.sector)
            if !tears || Bool.random(using: &self.generator) {
                content.withUnsafeMutableBytes { target in
                    bytes.withUnsafeBytes { source in
                        let piece = UnsafeRawBufferPointer(rebasing: source[(start - offset)..<(next - offset)])
                        UnsafeMutableRawBufferPointer(rebasing: target[start..<next]).copyMemory(from: piece)
                    }
                }
            }
            start = next
        }
    }
}
