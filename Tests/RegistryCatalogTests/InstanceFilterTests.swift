import RegistryCatalog
import RegistryModel
import Testing

struct InstanceFilterTests {
    /// An instance with every field that a filter looks at.
    private static func instance(
        status: InstanceStatus = .up, health: HealthState = .up, _ change: (inout InstanceSpec) -> Void = { _ in }
    ) -> Instance {
        var spec = InstanceSpec(
            host: "127.0.0.1", port: 80, protocol: "grpc", version: "1.4.0", status: status, tags: ["blue", "canary"],
            metadata: ["team": "checkout", "tier": "1"], locality: Locality(region: "eu", zone: "eu-1"))
        change(&spec)
        return Instance(
            id: "one", spec: spec, number: 1, incarnation: nil,
            health: Health(state: health, cause: .register, since: .epoch), createdAt: .epoch, updatedAt: .epoch,
            revision: .zero)
    }

    private static func matches(_ change: (inout InstanceFilter) -> Void) -> Bool {
        var filter = InstanceFilter()
        change(&filter)
        return filter.matches(self.instance())
    }

    // MARK: What is available

    private static let everyPair = InstanceStatus.allCases.flatMap { status in
        HealthState.allCases.map { (status, $0) }
    }

    @Test(arguments: everyPair)
    func byDefaultOnlyAvailableOnes(status: InstanceStatus, health: HealthState) {
        let instance = Self.instance(status: status, health: health)
        #expect(InstanceFilter().matches(instance) == (status == .up && health == .up))
        #expect(InstanceFilter.available.matches(instance) == instance.isAvailable)
    }

    @Test(arguments: everyPair)
    func anyHealthIsEveryInstance(status: InstanceStatus, health: HealthState) {
        let instance = Self.instance(status: status, health: health)
        #expect(InstanceFilter.everything.matches(instance))
        #expect(InstanceFilter(health: .any).matches(instance))
    }

    /// A wish for a health lifts the wish for status UP: `health=down` shows those that are DOWN, whatever their status.
    @Test(arguments: everyPair, HealthState.allCases)
    func aHealthIsThatHealthInAnyStatus(pair: (InstanceStatus, HealthState), wanted: HealthState) {
        let filter = InstanceFilter(health: .state(wanted))
        #expect(filter.matches(Self.instance(status: pair.0, health: pair.1)) == (pair.1 == wanted))
    }

    @Test(arguments: everyPair, InstanceStatus.allCases)
    func aStatusIsThatStatusOfTheHealthy(pair: (InstanceStatus, HealthState), wanted: InstanceStatus) {
        let filter = InstanceFilter(status: wanted)
        #expect(filter.matches(Self.instance(status: pair.0, health: pair.1)) == (pair.0 == wanted && pair.1 == .up))
    }

    @Test(arguments: everyPair, InstanceStatus.allCases)
    func aStatusAndAHealthMustBothHold(pair: (InstanceStatus, HealthState), wanted: InstanceStatus) {
        let instance = Self.instance(status: pair.0, health: pair.1)
        for health in HealthState.allCases {
            let filter = InstanceFilter(status: wanted, health: .state(health))
            #expect(filter.matches(instance) == (pair.0 == wanted && pair.1 == health))
        }
        #expect(InstanceFilter(status: wanted, health: .any).matches(instance) == (pair.0 == wanted))
    }

    // MARK: Each field

    @Test(arguments: [
        ([], true), (["blue"], true), (["canary", "blue"], true), (["blue", "blue"], true), (["green"], false),
        (["blue", "green"], false), (["Blue"], false), ([""], false), (["blu"], false),
    ])
    func tagsAreAllThere(tags: [String], isMatch: Bool) { #expect(Self.matches { $0.tags = tags } == isMatch) }

    @Test(arguments: [
        ("1.4.0", true), ("1.4", false), ("v1.4.0", false), ("1.4.1", false), ("", false), ("1.x", false),
        ("^1.2", true),
        (">=1.4 <2", true), ("<1.4", false), ("1.* || 3.*", true), ("~1.3", false), ("*", true), ("=1.4", true),
    ])
    func versionIsLiteralOrARange(version: String, isMatch: Bool) throws {
        let filter = try VersionFilter(version)
        #expect(Self.matches { $0.version = filter } == isMatch)
    }

    @Test func whatIsNoVersionIsInNoRange() throws {
        let unversioned = Self.instance { $0.version = "" }
        let named = Self.instance { $0.version = "latest" }
        for text in ["*", ">=0", "^1"] {
            let filter = InstanceFilter(version: try VersionFilter(text))
            #expect(!filter.matches(unversioned))
            #expect(!filter.matches(named))
        }
        #expect(InstanceFilter(version: try VersionFilter("")).matches(unversioned))
        #expect(InstanceFilter(version: try VersionFilter("latest")).matches(named))
    }

    @Test(arguments: [("eu-1", true), ("eu-2", false), ("EU-1", false), ("eu", false), ("", false)])
    func zone(zone: String, isMatch: Bool) { #expect(Self.matches { $0.zone = zone } == isMatch) }

    @Test(arguments: [("eu", true), ("us", false), ("eu-1", false), ("", false)])
    func region(region: String, isMatch: Bool) { #expect(Self.matches { $0.region = region } == isMatch) }

    @Test func noLocalityIsTheEmptyOne() {
        let instance = Self.instance { $0.locality = Locality() }
        #expect(InstanceFilter(zone: "", region: "").matches(instance))
        #expect(!InstanceFilter(zone: "eu-1").matches(instance))
    }

    @Test(arguments: [("grpc", true), ("http", false), ("GRPC", false), ("", false)])
    func protocolName(name: String, isMatch: Bool) { #expect(Self.matches { $0.protocol = name } == isMatch) }

    @Test(
        arguments: [
            ([:], true), (["team": "checkout"], true), (["tier": "1", "team": "checkout"], true),
            (["team": "orders"], false),
            (["team": "checkout", "tier": "2"], false), (["owner": ""], false), (["team": ""], false),
            (["Team": "checkout"], false),
        ] as [(Metadata, Bool)])
    func metadataPairsAreAllThere(metadata: Metadata, isMatch: Bool) {
        #expect(Self.matches { $0.metadata = metadata } == isMatch)
    }

    @Test func anEmptyValueIsNotAMissingKey() {
        #expect(InstanceFilter(metadata: ["flag": ""]).matches(Self.instance { $0.metadata["flag"] = "" }))
        #expect(!InstanceFilter(metadata: ["flag": ""]).matches(Self.instance()))
    }

    /// One field that does not fit is enough, whichever it is; and without it the others do fit.
    @Test func allFieldsMustHold() throws {
        let range = try VersionFilter("^1")
        let full = InstanceFilter(
            tags: ["blue"], version: range, zone: "eu-1", region: "eu", protocol: "grpc", metadata: ["tier": "1"],
            status: .up, health: .state(.up))
        #expect(full.matches(Self.instance()))
        let faults: [(inout InstanceSpec) -> Void] = [
            { $0.tags = [] }, { $0.version = "2.0.0" }, { $0.locality.zone = "" }, { $0.locality.region = "" },
            { $0.protocol = "http" }, { $0.metadata = [:] }, { $0.status = .starting },
        ]
        for fault in faults { #expect(!full.matches(Self.instance(fault))) }
        #expect(!full.matches(Self.instance(health: .unknown)))
    }

    @Test func equalFiltersAreEqualHoweverTheyWereWritten() throws {
        let left = InstanceFilter(version: try VersionFilter("^1.2"), metadata: ["a": "1", "b": "2"])
        let right = InstanceFilter(version: try VersionFilter(">=1.2.0  <2.0.0-0"), metadata: ["b": "2", "a": "1"])
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(InstanceFilter() != InstanceFilter(health: .state(.up)))
    }
}
