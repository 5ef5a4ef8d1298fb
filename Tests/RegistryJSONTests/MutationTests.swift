import RegistryJSON
import RegistryModel
import Testing

/// Damaged bodies: whatever is done to a valid one, reading it ends with a value or an error, never with a crash. What still
/// is JSON and has no fault must read the same again after it was written.
@Suite struct MutationTests {
    /// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): the same numbers every time.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = self.state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let fragments: [[UInt8]] =
        [
            "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "true", "-", "1e999", "\\u", "\\ud800", "\\u0000", "0",
            "9999999999",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "\"a\":", "1.5", "{}", "[]", "\u{1}", "🦑", " ",
        ].map { Array($0.utf8) } + [[0xFF], [0x80], [0xED, 0xA0, 0x80], [0]]

    private static func mutate(_ body: inout [UInt8], _ generator: inout Generator) {
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !body.isEmpty {
            let position = Int.random(in: 0..<body.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: body[position] = UInt8.random(in: 0...255, using: &generator)
            case 1: body.remove(at: position)
            case 2: body.insert(contentsOf: self.fragments.randomElement(using: &generator) ?? [], at: position)
            case 3: body.removeLast(body.count - position)
            case 4:
                let end = min(body.count, position + Int.random(in: 0..<40, using: &generator))
                body.insert(
                    contentsOf: Array(body[position..<end]), at: Int.random(in: 0...body.count, using: &generator))
            default:
                let end = min(body.count, position + Int.random(in: 0..<20, using: &generator))
                body.replaceSubrange(position..<end, with: self.fragments.randomElement(using: &generator) ?? [])
            }
        }
    }

    @Test(arguments: 0..<10)
    func damagedRequestsAreReadOrRefused(seed: Int) throws {
        var generator = Generator(state: UInt64(seed))
        let registration = Registration(
            service: Samples.service, serviceType: "t", instanceID: "a", spec: Samples.fullSpec, statesStatus: true,
            incarnation: 3)
        let report = HealthReport(status: .up, details: Samples.details, load: Samples.load, metadata: ["a": "b"])
        let reference = InstanceReference(key: registration.key, incarnation: 4)
        let originals = [
            written { $0.registration(registration) }, written { $0.registrations([registration, registration]) },
            written { $0.references([reference, reference]) }, written { $0.healthReport(report) },
            Array(
                #"{"status":"UP","metadata":{"a":null},"ports":{"b":1},"locality":null,"ttl":"10s","weight":1e2}"#.utf8),
        ]
        for round in 0..<400 {
            var body = originals[round % originals.count]
            Self.mutate(&body, &generator)
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
        if let value = try? RequestBody.registration(body.span, defaultNamespace: nil).value {
            let again = written { $0.registration(value) }
            #expect(try RequestBody.registration(again.span, defaultNamespace: nil).value == value)
        }
    }

    @Test(arguments: 0..<10)
    func damagedAnswersAreReadOrRefused(seed: Int) {
        var generator = Generator(state: UInt64(1_000 + seed))
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
            Self.mutate(&body, &generator)
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
