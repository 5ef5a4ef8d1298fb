import RegistryModel
import RegistryTestKit
import RegistryTraffic
import Testing

struct CandidateTests {
    @Test(arguments: [nil, .up, .draining, .outOfService] as [InstanceStatus?], InstanceStatus.allCases)
    func whatAnOperatorDecidedCounts(decided: InstanceStatus?, registered: InstanceStatus) {
        var instance = Sample.instance(spec: Sample.spec(status: registered))
        instance.apply(AppliedOverrides(instance: Sample.override(status: decided, weight: 7), service: nil))
        let candidate = Candidate(instance)
        #expect(candidate.status == decided ?? registered)
        #expect(candidate.weight == 700)
        #expect(candidate.isWithheld == (decided == .draining || decided == .outOfService))
    }
}
