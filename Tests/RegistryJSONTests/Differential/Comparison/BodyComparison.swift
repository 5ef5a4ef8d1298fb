import Foundation
import RegistryJSON
import RegistryModel

/// Reads a text as the bodies that the server takes, and as Foundation does: what is not JSON is refused by each, what is JSON
/// by none, whatever is wrong with its fields; and the fields of a sound body are those that Foundation finds.
struct BodyComparison: Sendable {
    enum Verdict: Sendable {
        case bothRefuse
        /// JSON to both, and no more was compared: a field is at fault in it, or differs as it is to.
        case bothTake
        /// The fields of one of these bodies, or of both, are equal.
        case equal(registration: Bool, report: Bool)
        /// They differ, and this is how.
        case differ(String)
    }

    typealias Reading<Value: Sendable> = @Sendable (UnsafeBufferPointer<UInt8>) throws(JSONError) -> Decoded<Value>
    private typealias Acceptance = @Sendable (UnsafeBufferPointer<UInt8>) throws(JSONError) -> Void

    /// The bodies whose fields are compared; others than these only to show that their faults are noticed.
    var registration: Reading<Registration> = { bytes throws(JSONError) in
        try RequestBody.registration(bytes.span, defaultNamespace: nil)
    }
    var report: Reading<HealthReport> = { bytes throws(JSONError) in try RequestBody.healthReport(bytes.span) }

    /// Every body, read and dropped.
    private var readers: [(name: String, read: Acceptance)] {
        let (registration, report) = (self.registration, self.report)
        return [
            ("registration", { bytes throws(JSONError) in _ = try registration(bytes) }),
            ("health report", { bytes throws(JSONError) in _ = try report(bytes) }),
            (
                "registrations",
                { bytes throws(JSONError) in _ = try RequestBody.registrations(bytes.span, defaultNamespace: nil) }
            ),
            (
                "deregistrations",
                { bytes throws(JSONError) in _ = try RequestBody.deregistrations(bytes.span, defaultNamespace: nil) }
            ),
            (
                "heartbeats",
                { bytes throws(JSONError) in _ = try RequestBody.heartbeats(bytes.span, defaultNamespace: nil) }
            ),
            ("instance patch", { bytes throws(JSONError) in _ = try RequestBody.instancePatch(bytes.span) }),
            ("service patch", { bytes throws(JSONError) in _ = try RequestBody.servicePatch(bytes.span) }),
        ]
    }

    func compare(_ bytes: UnsafeBufferPointer<UInt8>) -> Verdict {
        // An empty report of health is a mere renewal.
        if bytes.isEmpty || KnownDifference.inText(bytes) != nil { return .bothTake }
        let tree = try? JSONTree.read(bytes)
        for (name, read) in self.readers {
            do throws(JSONError) {
                try read(bytes)
                if tree == nil { return .differ("\(name): it takes what is no JSON") }
            } catch {
                if tree != nil { return .differ("\(name): it refuses what is JSON: \(error)") }
            }
        }
        guard let tree else { return .bothRefuse }
        // A field that comes twice adds to the first, where Foundation drops that.
        guard !tree.hasRepeatedNames, KnownDifference.ofValues(bytes) == nil,
            let object = FoundationComparison.foundation(bytes) as? [String: Any]
        else { return .bothTake }
        let registration = (try? self.registration(bytes))?.value
        let report = (try? self.report(bytes))?.value
        let difference =
            registration.flatMap { Self.difference($0, object) } ?? report.flatMap { Self.difference($0, bytes) }
        if let difference { return .differ(difference) }
        if registration == nil, report == nil { return .bothTake }
        return .equal(registration: registration != nil, report: report?.hasObservations == true)
    }

    /// How they differ; nil: not at all.
    private static func difference(_ value: Registration, _ object: [String: Any]) -> String? {
        let service = object["service"] as? [String: Any] ?? [:]
        let instance = object["instance"] as? [String: Any] ?? [:]
        let metadata = self.present(object["metadata"]).merging(self.present(instance["metadata"])) { $1 }
        let found = Dictionary(value.spec.metadata.pairs.map { ($0.key, $0.value) }) { $1 }
        if value.service.name != service["name"] as? String { return "service.name: \(value.service.name)" }
        if value.spec.host != instance["host"] as? String { return "instance.host: \(value.spec.host)" }
        if Int(value.spec.port) != instance["port"] as? Int { return "instance.port: \(value.spec.port)" }
        if value.incarnation != (instance["incarnation"] as? NSNumber)?.int64Value { return "instance.incarnation" }
        if Set(value.spec.tags) != Set(instance["tags"] as? [String] ?? []) {
            return "instance.tags: \(value.spec.tags)"
        }
        return found == metadata as? [String: String] ? nil : "metadata: \(found)"
    }

    /// The fields of an object that are not null, which is as if they were absent.
    private static func present(_ object: Any?) -> [String: Any] {
        (object as? [String: Any] ?? [:]).filter { !($0.value is NSNull) }
    }

    /// The report of health as `JSONDecoder` reads it.
    private struct DecodedReport: Decodable {
        struct Details: Decodable {
            var cpu: Double?
            var memory: Double?
            var disk: Double?
            var errors: [String]?
        }

        struct Load: Decodable {
            var requests: Int64?
            var latency: Double?
        }

        var status: String?
        var details: Details?
        var load: Load?
        var metadata: [String: String?]?
        var incarnation: Int64?
    }

    /// How they differ; nil: not at all.
    private static func difference(_ ours: HealthReport, _ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let theirs: DecodedReport
        do {
            theirs = try JSONDecoder().decode(DecodedReport.self, from: Data(bytes))
        } catch {
            return "JSONDecoder refuses a sound report: \(error)"
        }
        let metadata = ours.metadata.map { Dictionary($0.pairs.map { ($0.key, $0.value) }) { $1 } }
        if ours.status != theirs.status.flatMap({ HealthState($0) }) {
            return "status: \(String(describing: ours.status))"
        }
        if ours.details?.cpu != theirs.details?.cpu { return "details.cpu: \(String(describing: ours.details?.cpu))" }
        if ours.details?.memory != theirs.details?.memory { return "details.memory" }
        if ours.details?.disk != theirs.details?.disk { return "details.disk" }
        if ours.details?.errors != theirs.details.map({ $0.errors ?? [] }) { return "details.errors" }
        if ours.load?.requests != theirs.load.map({ $0.requests ?? 0 }) { return "load.requests" }
        if ours.load?.latency != theirs.load.map({ $0.latency ?? 0 }) { return "load.latency" }
        if ours.incarnation != theirs.incarnation { return "incarnation: \(String(describing: ours.incarnation))" }
        return metadata == theirs.metadata?.compactMapValues { $0 } ? nil : "metadata: \(String(describing: metadata))"
    }
}
