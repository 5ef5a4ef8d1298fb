import RegistryModel
import Testing

struct InstancePatchTests {
    private static let spec = InstanceSpec(
        host: "127.0.0.1", port: 80, protocol: "grpc", version: "1.4.0", status: .draining, weight: 7, tags: ["blue"],
        metadata: ["a": "1", "b": "2"], locality: Locality(region: "eu", zone: "eu-1"),
        ports: [NamedPort(name: "admin", port: 81), NamedPort(name: "metrics", port: 82)], ttl: .after(.seconds(10)),
        checks: [HealthCheck(name: "c", kind: .ttl)], deregisterAfter: .never)

    private static func patched(_ change: (inout InstancePatch) -> Void) -> InstanceSpec {
        var patch = InstancePatch()
        change(&patch)
        return patch.applied(to: self.spec)
    }

    @Test func nothingLeavesAllAsItIs() { #expect(Self.patched { _ in } == Self.spec) }

    @Test func valuesReplace() {
        let result = Self.patched {
            $0.status = .some(.outOfService)
            $0.weight = .some(0)
            $0.version = .some("2.0.0")
            $0.tags = .some(["green"])
            $0.ttl = .some(.never)
            $0.deregisterAfter = .some(.after(.zero))
            $0.checks = .some([])
            $0.region = .some("us")
            $0.zone = .some("us-1")
        }
        var expected = Self.spec
        expected.status = .outOfService
        expected.weight = 0
        expected.version = "2.0.0"
        expected.tags = ["green"]
        expected.ttl = .never
        expected.deregisterAfter = .after(.zero)
        expected.checks = []
        expected.locality = Locality(region: "us", zone: "us-1")
        #expect(result == expected)
    }

    @Test func nullIsTheDefault() {
        let result = Self.patched {
            $0.status = .some(nil)
            $0.weight = .some(nil)
            $0.version = .some(nil)
            $0.tags = .some(nil)
            $0.ttl = .some(nil)
            $0.deregisterAfter = .some(nil)
            $0.checks = .some(nil)
            $0.region = .some(nil)
            $0.zone = .some(nil)
            $0.clearsMetadata = true
            $0.clearsPorts = true
        }
        #expect(result == InstanceSpec(host: "127.0.0.1", port: 80, protocol: "grpc"))
    }

    @Test func oneHalfOfTheLocalityLeavesTheOther() {
        #expect(Self.patched { $0.zone = .some("eu-2") }.locality == Locality(region: "eu", zone: "eu-2"))
        #expect(Self.patched { $0.region = .some(nil) }.locality == Locality(region: "", zone: "eu-1"))
    }

    @Test func metadataIsSetRemovedAndCleared() {
        let changes: [String: String?] = ["a": "9", "b": nil, "c": "3", "d": nil]
        #expect(Self.patched { $0.metadata = changes }.metadata == ["a": "9", "c": "3"])
        let cleared = Self.patched { ($0.metadata, $0.clearsMetadata) = (["c": "3"], true) }
        #expect(cleared.metadata == ["c": "3"])
    }

    @Test func portsAreSetRemovedAndClearedInTheOrderOfNames() {
        let changes: [String: UInt16?] = ["admin": 91, "metrics": nil, "zeta": 1, "alpha": 2]
        #expect(
            Self.patched { $0.ports = changes }.ports == [
                NamedPort(name: "admin", port: 91), NamedPort(name: "alpha", port: 2), NamedPort(name: "zeta", port: 1),
            ])
        let cleared = Self.patched { ($0.ports, $0.clearsPorts) = (["admin": 91], true) }
        #expect(cleared.ports == [NamedPort(name: "admin", port: 91)])
    }

    @Test func twiceIsOnce() {
        var patch = InstancePatch()
        patch.metadata = ["a": "9", "b": nil]
        patch.ports = ["x": 1, "admin": nil]
        patch.weight = .some(nil)
        let once = patch.applied(to: Self.spec)
        #expect(patch.applied(to: once) == once)
    }
}

struct ServicePatchTests {
    private static let service = Service(
        key: ServiceKey(name: "payments"), number: 1, type: "http", metadata: ["a": "1", "b": "2"], createdAt: .epoch,
        updatedAt: .epoch, revision: Revision(3))

    @Test func nothingLeavesAllAsItIs() { #expect(ServicePatch().applied(to: Self.service) == Self.service) }

    @Test func changesTypeAndMetadataOnly() {
        var patch = ServicePatch()
        patch.type = .some("grpc")
        patch.metadata = ["a": nil, "c": "3"]
        var expected = Self.service
        expected.type = "grpc"
        expected.metadata = ["b": "2", "c": "3"]
        #expect(patch.applied(to: Self.service) == expected)
    }

    @Test func nullIsTheDefault() {
        var patch = ServicePatch()
        patch.type = .some(nil)
        patch.clearsMetadata = true
        patch.metadata = ["z": "1"]
        #expect(patch.applied(to: Self.service).type == "")
        #expect(patch.applied(to: Self.service).metadata == ["z": "1"])
    }
}
