import RegistryJSON
import RegistryModel
import Testing

@Suite struct OverrideBodyTests {
    private static let own = Override(
        number: 0, status: .outOfService, weight: nil, reason: "a \"disk\"", actor: "ops", createdAt: Samples.time,
        expiresAt: Samples.time.advanced(by: .hours(2)))
    private static let service = Override(
        number: 0, status: .draining, weight: 5, actor: "boss", createdAt: Samples.time.advanced(by: .seconds(1)))

    // MARK: Requests

    private func decode(_ text: String) throws -> Decoded<OverrideRequest> {
        try RequestBody.overrideRequest(Array(text.utf8).span)
    }

    @Test func whatTheClientWritesTheServerReads() throws {
        for request in [
            OverrideRequest(status: .up), OverrideRequest(weight: 0),
            OverrideRequest(status: .draining, weight: 65_535, reason: "größe", expiresAfter: .minutes(90)),
        ] {
            let decoded = try RequestBody.overrideRequest(written { $0.overrideRequest(request) }.span)
            #expect(decoded.value == request)
            #expect(decoded.warnings.isEmpty)
        }
    }

    @Test func everyFieldAtFaultIsNamedOnce() throws {
        for (text, fields) in [
            ("{}", ["status"]), (#"{"status": null, "weight": null}"#, ["status"]),
            (#"{"status": "GONE"}"#, ["status"]),
            (#"{"status": "STARTING"}"#, ["status"]), (#"{"weight": 70000}"#, ["weight"]),
            (#"{"weight": -1, "expires_after": "soon"}"#, ["weight", "expires_after"]),
            (#"{"weight": 1, "expires_after": "10ms", "reason": 7}"#, ["reason", "expires_after"]),
            ("[]", ["body"]), ("null", ["body"]),
        ] {
            let decoded = try self.decode(text)
            #expect(decoded.value == nil, "\(text)")
            #expect(decoded.errors.map(\.field) == fields, "\(text)")
        }
    }

    @Test func unknownFieldsAreNamed() throws {
        let decoded = try self.decode(#"{"status": "up", "because": 1}"#)
        #expect(decoded.value?.status == .up)
        #expect(decoded.warnings == ["because"])
    }

    // MARK: Answers

    @Test func anInstanceShowsWhatCountsAndWhatIsRegistered() throws {
        let applied = [
            AppliedOverrides(instance: Self.own, service: nil), AppliedOverrides(instance: nil, service: Self.service),
            AppliedOverrides(instance: Self.own, service: Self.service),
        ]
        for overrides in applied {
            var instance = Samples.plainInstance
            instance.apply(overrides)
            let body = written { $0.instance(instance, of: Samples.service) }
            let read = try AnswerBody.instance(body.span)
            #expect(read == instance)
            #expect(read.status == overrides?.status && read.spec.status == .up && read.spec.weight == 100)
        }
    }

    /// The spelling itself, so that no field changes its name by accident.
    @Test func asItIsSpelled() {
        var instance = Samples.plainInstance
        instance.apply(AppliedOverrides(instance: Self.own, service: Self.service))
        let full = text { $0.instance(instance, of: Samples.service) }
        for part in [
            #""status":"OUT_OF_SERVICE","weight":5,"#,
            #""override":{"scope":"instance","status":"OUT_OF_SERVICE","reason":"a \"disk\"","actor":"ops","#
                + #""created_at":"2026-03-01T12:30:45.678Z","expires_at":"2026-03-01T14:30:45.678Z"}"#,
            #""service_override":{"scope":"service","status":"DRAINING","weight":5,"reason":"","actor":"boss","#
                + #""created_at":"2026-03-01T12:30:46.678Z"}"#,
            #""registered":{"status":"UP","weight":100}"#, #""available":false"#,
        ] {
            #expect(full.contains(part), "\(full)")
        }
        instance.apply(nil)
        let plain = text { $0.instance(instance, of: Samples.service) }
        #expect(!plain.contains("override") && !plain.contains("registered"))
    }

    @Test func theRevisionIsThatOfTheDecision() throws {
        var decision = Self.own
        decision.revision = Revision(50)
        var instance = Samples.plainInstance
        instance.apply(AppliedOverrides(instance: decision, service: nil))
        let body = written { $0.instance(instance, of: Samples.service) }
        #expect(try AnswerBody.instance(body.span).revision == Revision(50))
    }

    @Test func pages() throws {
        var gone = Self.service
        gone.absentSince = Samples.time
        gone.revision = Revision(9)
        let documents = [
            OverrideDocument(key: OverrideKey(service: Samples.service), override: gone),
            OverrideDocument(key: OverrideKey(service: Samples.service, instance: "[::1]:80"), override: Self.own),
        ]
        let body = written { writer in
            writer.page(of: Field.overrides, nextCursor: "c", revision: Revision(9)) { writer in
                for document in documents { writer.override(document) }
            }
        }
        #expect(try AnswerBody.overrides(body.span) == Page(elements: documents, nextCursor: "c"))
        for document in documents {
            let answer = written { $0.overrideAnswer(document, revision: Revision(9), warnings: ["x"]) }
            #expect(try AnswerBody.override(answer.span) == document)
        }
    }

    @Test func aNewerServersScopeOrStatusIsNoFault() throws {
        let text =
            #"{"override": {"namespace": "n", "service": "s", "scope": "zone", "status": "ASLEEP", "actor": "a"}}"#
        let document = try AnswerBody.override(Array(text.utf8).span)
        #expect(document.override.status == .outOfService, "a status that is not known must not pass for UP")
        #expect(throws: JSONError.self) { try AnswerBody.override(Array(#"{"override": {"service": "s"}}"#.utf8).span) }
    }
}
