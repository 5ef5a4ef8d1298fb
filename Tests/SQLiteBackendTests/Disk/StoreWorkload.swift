import RegistryCatalog
import RegistryModel
import RegistryTestKit

/// Commits of very different size, one after another, each decided on what the ones before left.
struct StoreWorkload {
    private static let services = 1...8 as ClosedRange<Int64>
    private static let instances = 100...219 as ClosedRange<Int64>
    private static let tombstones = 1_000...1_019 as ClosedRange<Int64>

    private var generator: SeededGenerator
    private let largest: Int
    private var count = 0

    /// - Parameter largest: the most writes in one commit.
    init(seed: UInt64, largest: Int = 80) {
        self.generator = SeededGenerator(seed: seed)
        self.largest = largest
    }

    mutating func group(on contents: StoreContents) -> CommitGroup {
        self.count += 1
        var numbers: Set<Int64> = []
        for _ in 0..<self.size { numbers.insert(self.number) }
        let writes = numbers.sorted().map { self.write($0, contents) }
        let changes = writes.indices.map { index in
            CommitGroup.RecordedChange(Sample.change("i-\(index)", detail: "commit \(self.count)"), write: index)
        }
        return CommitGroup(time: Sample.time, writes: writes, changes: changes)
    }

    private var size: Int {
        mutating get {
            switch Int.random(in: 0..<20, using: &self.generator) {
            case 0: Int.random(in: self.largest / 4...self.largest, using: &self.generator)
            case 1...5: Int.random(in: 4...self.largest / 4, using: &self.generator)
            default: Int.random(in: 1...3, using: &self.generator)
            }
        }
    }

    private var number: Int64 {
        mutating get {
            switch Int.random(in: 0..<10, using: &self.generator) {
            case 0: Int64.random(in: Self.services, using: &self.generator)
            case 1: Int64.random(in: Self.tombstones, using: &self.generator)
            default: Int64.random(in: Self.instances, using: &self.generator)
            }
        }
    }

    private mutating func write(_ number: Int64, _ contents: StoreContents) -> Write {
        let removes = Int.random(in: 0..<4, using: &self.generator) == 0
        let service = ServiceKey(name: "s-\(number % 8)")
        let key = InstanceKey(service: service, id: "i-\(number)")
        if Self.services.contains(number) {
            let value = Sample.service(service.name, number: number, type: "type \(self.count)")
            let known = contents.services[number]
            return Write(.service(service, number: number, removes ? nil : value), expected: known?.revision)
                .creating(known == nil, .service(service, number: number, value))
        }
        if Self.tombstones.contains(number) {
            let value = Sample.tombstone(key.id, number: number, incarnation: Int64(self.count))
            let known = contents.tombstones[number]?.tombstone
            return Write(.tombstone(key, number: number, removes ? nil : value), expected: known?.revision)
                .creating(known == nil, .tombstone(key, number: number, value))
        }
        let value = Sample.instance(key.id, number: number, spec: self.spec)
        let known = contents.instances[number]?.instance
        let owner = number % 8 + 1
        return Write(
            .instance(key, number: number, service: owner, removes ? nil : value), expected: known?.revision
        )
        .creating(known == nil, .instance(key, number: number, service: owner, value))
    }

    /// Mostly some hundred bytes, at times more than a page.
    private var spec: InstanceSpec {
        mutating get {
            var spec = Sample.typicalSpec(self.count)
            let isLarge = Int.random(in: 0..<20, using: &self.generator) == 0
            let length = Int.random(in: 0...(isLarge ? 1_000 : 60), using: &self.generator)
            for index in 0..<(isLarge ? 8 : 1) {
                spec.metadata["padding-\(index)"] = String(repeating: "x", count: length)
            }
            return spec
        }
    }
}

extension Write {
    /// The same, or, when there is nothing to remove, a write that puts `record` there.
    fileprivate func creating(_ isNew: Bool, _ record: Record) -> Write {
        isNew ? Write(record, expected: nil) : self
    }
}
