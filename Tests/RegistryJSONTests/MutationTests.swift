import RegistryJSON
import RegistryModel
import RegistryTestKit
import Testing

/// Damaged bodies: whatever is done to a valid one, reading it ends with a value or an error, never with a crash. What still
/// is JSON and has no fault must read the same again after it was written.
@Suite struct MutationTests {
    @Test(arguments: 0..<10)
    func damagedRequestsAreReadOrRefused(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let originals = Samples.bodies
        for round in 0..<400 {
            var body = originals[round % originals.count]
            Mutation.mutate(&body, &generator)
            try self.readAsEveryRequest(body)
        }
    }

    private func readAsEveryRequest(_ body: [UInt8]) throws {
        let isJSON = (try? parse(body)) != nil
        func check<Value>(_ read: () throws(JSONError) -> Decoded<Value>) {
            do throws(JSONError) {
                let decoded = try read()
                #expect(isJSON || body.isEmpty)
                #expect((decoded.value == nil) == !decoded.errors.isEmpty)
            } catch {
                #expect(!isJSON)
                #expect((0...body.count).contains(error.offset))
            }
        }
        check { () throws(JSONError) in try RequestBody.registration(body.span, defaultNamespace: nil) }
        check { () throws(JSONError) in try RequestBody.registrations(body.span, defaultNamespace: "n") }
        check { () throws(JSONError) in try RequestBody.deregistrations(body.span, defaultNamespace: nil) }
        check { () throws(JSONError) in try RequestBody.heartbeats(body.span, defaultNamespace: nil) }
        check { () throws(JSONError) in try RequestBody.instancePatch(body.span) }
        check { () throws(JSONError) in try RequestBody.servicePatch(body.span) }
        check { () throws(JSONError) in try RequestBody.healthReport(body.span) }
        check { () throws(JSONError) in try RequestBody.overrideRequest(body.span) }
        if let value = try? RequestBody.registration(body.span, defaultNamespace: nil).value {
            let again = written { $0.registration(value) }
            #expect(try RequestBody.registration(again.span, defaultNamespace: nil).value == value)
        }
    }

    @Test(arguments: 0..<10)
    func damagedAnswersAreReadOrRefused(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(1_000 + seed))
        let document = Samples.document(instances: [Samples.instance(), Samples.plainInstance])
        let change = HistoryRecord(
            revision: Revision(1), time: Samples.time, service: Samples.service, cause: "x", actor: "y")
        let originals = [
            written { writer in writer.discoverAnswer(revision: Revision(42)) { $0.service(document) } },
            written { writer in writer.snapshotEvent(Samples.service, revision: Revision(42)) { $0.service(document) }
            },
            written { writer in
                writer.changeEvent(
                    Samples.service, revision: Revision(3), changes: { $0.record(change) }, instances: { _ in },
                    removed: ["a"])
            },
            written { writer in writer.batchAnswer(revision: Revision(1)) { $0.problem(Samples.problem) } },
        ]
        for round in 0..<400 {
            var body = originals[round % originals.count]
            Mutation.mutate(&body, &generator)
            let isJSON = (try? parse(body)) != nil
            let discover = try? AnswerBody.discover(body.span)
            let batch = try? AnswerBody.batch(body.span)
            #expect(isJSON || (discover == nil && batch == nil))
            for name in ["snapshot", "change", "gap", "synced"] {
                let event = try? AnswerBody.watchEvent(name, body.span)
                #expect(isJSON || event == nil)
            }
        }
    }
}
