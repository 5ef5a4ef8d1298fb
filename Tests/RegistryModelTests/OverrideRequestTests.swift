import RegistryModel
import RegistryTestKit
import Testing

struct OverrideRequestTests {
    @Test func itSaysSomething() {
        #expect(OverrideRequest(status: .outOfService).validate().isEmpty)
        #expect(OverrideRequest(weight: 0).validate().isEmpty)
        #expect(OverrideRequest(reason: "because").validate().map(\.field) == ["status"])
    }

    @Test(arguments: InstanceStatus.allCases)
    func onlyTheInstanceKnowsWhetherItIsReady(status: InstanceStatus) {
        #expect(OverrideRequest(status: status).validate().map(\.field) == (status == .starting ? ["status"] : []))
    }

    @Test func everyFieldAtFaultIsNamed() {
        let request = OverrideRequest(
            status: .starting, reason: String(repeating: "x", count: 513), expiresAfter: .milliseconds(999))
        #expect(request.validate().map(\.field) == ["status", "reason", "expires_after"])
        #expect(OverrideRequest(weight: 1, expiresAfter: .days(366)).validate().map(\.field) == ["expires_after"])
        #expect(OverrideRequest(weight: 1, expiresAfter: .days(365)).validate().isEmpty)
        #expect(OverrideRequest(weight: 1, reason: String(repeating: "x", count: 512)).validate().isEmpty)
    }

    @Test func inWords() {
        #expect(Sample.override(reason: "").summary == "status OUT_OF_SERVICE")
        #expect(Sample.override(weight: 10, reason: "a disk").summary == "status OUT_OF_SERVICE, weight 10: a disk")
        #expect(Sample.override(status: nil, weight: 0).summary == "weight 0")
    }

    @Test func itSaysTheSameOnlyForAsLong() {
        let override = Sample.override(reason: "r", expiresAt: Sample.time.advanced(by: .seconds(5)))
        let request = OverrideRequest(status: .outOfService, reason: "r", expiresAfter: .seconds(5))
        #expect(override.says(request, at: Sample.time))
        #expect(!override.says(request, at: Sample.time.advanced(by: .seconds(1))))
        for other in [
            OverrideRequest(status: .outOfService, reason: "r"),
            OverrideRequest(status: .up, reason: "r", expiresAfter: .seconds(5)),
            OverrideRequest(status: .outOfService, weight: 1, reason: "r", expiresAfter: .seconds(5)),
            OverrideRequest(status: .outOfService, reason: "s", expiresAfter: .seconds(5)),
        ] {
            #expect(!override.says(other, at: Sample.time))
        }
    }
}
