import RegistryModel
import Testing

struct InstanceTests {
    private static func instance(_ spec: InstanceSpec, health: HealthState = .up, incarnation: Int64? = nil) -> Instance
    {
        Instance(
            id: "one", spec: spec, number: 1, incarnation: incarnation,
            health: Health(state: health, cause: .register, since: .epoch), createdAt: .epoch, updatedAt: .epoch,
            revision: .zero)
    }

    @Test func availableIsUpAndUp() {
        for status in InstanceStatus.allCases {
            for state in HealthState.allCases {
                let instance = Self.instance(InstanceSpec(host: "a", port: 1, status: status), health: state)
                #expect(instance.isAvailable == (status == .up && state == .up))
            }
        }
    }

    @Test(arguments: [nil, 0, 1, Limits.largestInteger])
    func incarnation(number: Int64?) {
        var instance = Self.instance(InstanceSpec(host: "a", port: 1), incarnation: number)
        #expect(instance.incarnation == number)
        instance.incarnation = 7
        #expect(instance.incarnation == 7)
        instance.incarnation = number
        #expect(instance == Self.instance(InstanceSpec(host: "a", port: 1), incarnation: number))
    }

    /// A million of them shall fit: see the memory figures of the architecture.
    @Test func takesNoMoreRoomThanPlanned() {
        #expect(MemoryLayout<Instance>.stride <= 136)
    }
}

struct InstanceSpecTests {
    @Test func defaultsAreThoseOfTheAPI() {
        let spec = InstanceSpec(host: "127.0.0.1", port: 80)
        #expect(spec.weight == 100)
        #expect(spec.status == .up)
        #expect(spec.protocol == "http")
        #expect(spec.version == "")
        #expect(spec.tags == [])
        #expect(spec.metadata == [:])
        #expect(spec.locality == Locality(region: "", zone: ""))
        #expect(spec.ports == [])
        #expect(spec.ttl == nil)
        #expect(spec.checks == [])
        #expect(spec.deregisterAfter == nil)
    }

    private static func full() -> InstanceSpec {
        InstanceSpec(
            host: "127.0.0.1", port: 80, protocol: "grpc", version: "1.4.0", status: .draining, weight: 7,
            tags: ["blue", "canary"], metadata: ["team": "checkout"], locality: Locality(region: "eu", zone: "eu-1"),
            ports: [NamedPort(name: "admin", port: 81)], ttl: .after(.seconds(10)),
            checks: [HealthCheck(name: "c", kind: .ttl)], deregisterAfter: .never)
    }

    private static let changes: [@Sendable (inout InstanceSpec) -> Void] = [
        { $0.host = "127.0.0.2" }, { $0.port = 81 }, { $0.protocol = "http" }, { $0.version = "1.5.0" },
        { $0.status = .up },
        { $0.weight = 8 }, { $0.tags.append("green") }, { $0.metadata["team"] = "orders" },
        { $0.locality.zone = "eu-2" },
        { $0.ports[0].port = 82 }, { $0.ttl = .never }, { $0.checks.removeAll() }, { $0.deregisterAfter = nil },
    ]

    /// Each field counts in the comparison, and changing it leaves copies and siblings as they were.
    @Test func everyFieldCountsAndIsItsOwners() {
        let original = Self.full()
        for change in Self.changes {
            var changed = original
            change(&changed)
            #expect(changed != original)
            #expect(original == Self.full())

            var sibling = Self.full()
            sibling.share(with: original)
            change(&sibling)
            #expect(sibling == changed)
            #expect(sibling.hashValue == changed.hashValue)
            #expect(original == Self.full())
        }
    }

    @Test func sharingChangesNothingThatCanBeRead() {
        for change in Self.changes {
            var sibling = Self.full()
            change(&sibling)
            var shared = sibling
            shared.share(with: Self.full())
            #expect(shared == sibling)
        }
    }

    /// Where the storage of the tags begins: the same address is the same storage.
    private static func tagStorage(_ spec: InstanceSpec) -> UnsafePointer<String>? {
        spec.tags.withUnsafeBufferPointer(\.baseAddress)
    }

    private static func metadataStorage(_ spec: InstanceSpec) -> UnsafePointer<Metadata.Pair>? {
        spec.metadata.pairs.withUnsafeBufferPointer(\.baseAddress)
    }

    @Test func whatIsEqualIsKeptOnce() {
        let first = Self.full()
        var second = Self.full()
        second.host = "127.0.0.2"
        second.tags = ["blue", "canary"].map { $0 }
        #expect(Self.tagStorage(second) != Self.tagStorage(first))
        second.share(with: first)
        #expect(Self.tagStorage(second) == Self.tagStorage(first))
        #expect(Self.metadataStorage(second) == Self.metadataStorage(first))

        var third = Self.full()
        third.version = "2.0.0"
        third.tags = ["blue", "canary"].map { $0 }
        third.share(with: first)
        #expect(Self.tagStorage(third) != Self.tagStorage(first))
        #expect(Self.metadataStorage(third) == Self.metadataStorage(first))
    }

    @Test func aTableOfSpecsSharesWhatIsEqualAndChangesNothing() {
        var table = SharedSpecs()
        var firsts: [InstanceSpec] = []
        for index in 0..<200 {
            var spec = Self.full()
            spec.version = "1.\(index).0"
            table.share(&spec)
            firsts.append(spec)
        }
        var found = 0
        for first in firsts {
            var second = Self.full()
            second.version = first.version
            second.host = "127.0.0.2"
            second.tags = first.tags.map { $0 }
            let before = second
            table.share(&second)
            #expect(second == before)
            if Self.tagStorage(second) == Self.tagStorage(first) { found += 1 }
        }
        // Two that fall into one place of the table drive each other out; 200 of 4,096 rarely do.
        #expect(found > 150)
    }
}
