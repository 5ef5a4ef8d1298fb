import RegistryJSON
import RegistryModel
import Testing

/// What the client writes, the server reads back as the same value.
@Suite struct RequestRoundTripTests {
    private let samples = [
        Registration(service: ServiceKey(name: "pay"), spec: InstanceSpec(host: "::1", port: 1)),
        Registration(
            service: Samples.service, serviceType: "backend", serviceMetadata: ["owner": "core"], instanceID: "a-1",
            spec: Samples.fullSpec, statesStatus: true, incarnation: 0),
    ]

    @Test func registrations() throws {
        for registration in self.samples {
            let body = written { $0.registration(registration) }
            let decoded = try RequestBody.registration(body.span, defaultNamespace: nil)
            #expect(decoded.value == registration, "\(decoded.errors)")
            #expect(decoded.warnings.isEmpty)
        }
        let body = written { $0.registrations(self.samples) }
        let items = try #require(try RequestBody.registrations(body.span, defaultNamespace: nil).value)
        #expect(try items.map { try $0.get() } == self.samples)
    }

    @Test func references() throws {
        let references = [
            InstanceReference(key: InstanceKey(service: Samples.service, id: "[::1]:80"), incarnation: 5),
            InstanceReference(key: InstanceKey(service: ServiceKey(name: "p"), id: "a")),
        ]
        let body = written { $0.references(references) }
        #expect(try RequestBody.heartbeats(body.span, defaultNamespace: nil).value == references)
        let items = try #require(try RequestBody.deregistrations(body.span, defaultNamespace: nil).value)
        #expect(try items.map { try $0.get() } == references)
    }

    @Test func healthReports() throws {
        for report in [
            HealthReport(),
            HealthReport(
                status: .down, check: "beat", details: Samples.details, load: Samples.load, metadata: ["a": "b"],
                incarnation: 3),
            HealthReport(status: .up, details: HealthDetails(), load: LoadReport()),
        ] {
            let body = written { $0.healthReport(report) }
            #expect(try RequestBody.healthReport(body.span).value == report)
        }
    }

    @Test func instancePatches() throws {
        var setting = InstancePatch()
        setting.status = .draining
        setting.weight = 3
        setting.version = "2"
        setting.tags = ["a"]
        setting.ttl = .after(.minutes(1))
        setting.deregisterAfter = .after(.minutes(5))
        setting.checks = [HealthCheck(name: "beat", kind: .ttl)]
        setting.region = "eu"
        setting.metadata = ["a": "1", "b": nil]
        setting.ports = ["admin": 9000, "old": nil]
        setting.incarnation = 4

        var clearing = InstancePatch()
        clearing.status = .some(nil)
        clearing.weight = .some(nil)
        clearing.version = .some(nil)
        clearing.tags = .some(nil)
        clearing.ttl = .some(nil)
        clearing.deregisterAfter = .some(nil)
        clearing.checks = .some(nil)
        clearing.region = .some(nil)
        clearing.zone = .some(nil)
        clearing.clearsMetadata = true
        clearing.clearsPorts = true

        for patch in [InstancePatch(), setting, clearing] {
            let body = written { $0.instancePatch(patch) }
            let decoded = try RequestBody.instancePatch(body.span)
            #expect(decoded.value == patch, "\(decoded.errors)")
        }
    }

    @Test func servicePatches() throws {
        var setting = ServicePatch()
        setting.type = "edge"
        setting.metadata = ["a": "1", "b": nil]
        var clearing = ServicePatch()
        clearing.type = .some(nil)
        clearing.clearsMetadata = true
        for patch in [ServicePatch(), setting, clearing] {
            let body = written { $0.servicePatch(patch) }
            #expect(try RequestBody.servicePatch(body.span).value == patch)
        }
    }
}
