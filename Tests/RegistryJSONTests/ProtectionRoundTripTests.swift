import RegistryModel
import Testing

@testable import RegistryJSON

/// Suspects and protection, written by the server and read by the client.
struct ProtectionRoundTripTests {
    private static func protection(
        _ verdict: Protection.Verdict = .zone, isLifted: Bool = false
    ) -> Protection {
        Protection(since: Samples.time, verdict: verdict, detail: "3 of 4 \"at once\".", isLifted: isLifted)
    }

    @Test func aSuspectIsFlaggedAndNobodyElseIs() throws {
        var instance = Samples.plainInstance
        #expect(!text { $0.instance(instance, of: Samples.service) }.contains("suspect"))
        instance.health = Health(state: .down, cause: .register, since: Samples.time, isSuspect: true)
        let body = written { $0.instance(instance, of: Samples.service) }
        #expect(String(decoding: body, as: UTF8.self).contains(#""available":false,"suspect":true"#))
        #expect(try AnswerBody.instance(body.span) == instance)
        // Nobody is given one that is out of use.
        instance.spec.status = .draining
        #expect(!text { $0.instance(instance, of: Samples.service) }.contains("suspect"))
    }

    @Test func theHealthOfOne() throws {
        let health = Health(state: .down, cause: .expire, since: Samples.time, isSuspect: true)
        let document = HealthDocument(key: InstanceKey(service: Samples.service, id: "a"), health: health)
        let body = written { $0.health(document) }
        #expect(try AnswerBody.health(body.span) == document)
        #expect(document.isSuspect)
    }

    @Test(arguments: Protection.Verdict.allCases)
    func aProtectedService(verdict: Protection.Verdict) throws {
        var document = Samples.document()
        document.service.protection = Self.protection(verdict)
        document.suspects = 3
        let body = written { $0.service(document) }
        #expect(try AnswerBody.service(body.span) == document)
    }

    /// It does not act: the service says nothing of it.
    @Test func aLiftedOneIsNotInTheService() throws {
        var document = Samples.document()
        document.service.protection = Self.protection(isLifted: true)
        #expect(!text { $0.service(document) }.contains("protection"))
    }

    @Test(arguments: [true, false])
    func theProtectionItself(isLifted: Bool) throws {
        let document = ProtectionDocument(Self.protection(isLifted: isLifted), suspects: 3)
        let body = written { $0.protection(document) }
        #expect(try AnswerBody.protection(body.span) == document)
    }

    @Test func aVerdictOfANewerServerIsUnclear() throws {
        let body = Array(
            #"{"since":"2026-03-01T12:00:00Z","verdict":"aliens","detail":"x","suspects":1,"more":[]}"#.utf8)
        #expect(try AnswerBody.protection(body.span).protection.verdict == .unclear)
    }
}
