import Foundation
import RegistryJSON
import RegistryModel

/// Reads a text as the bodies that the server takes, and as Foundation does: what is not JSON is refused by each, what is JSON
/// by none, whatever is wrong with its fields; and the fields of a sound body are those that Foundation finds.
enum BodyComparison {
    private typealias Acceptance = @Sendable (UnsafeBufferPointer<UInt8>) throws(JSONError) -> Void

    /// Every body, read and dropped; nil when the reader takes it as JSON.
    private static let readers: [(name: String, read: Acceptance)] = [
        (
            "registration",
            { bytes throws(JSONError) in _ = try RequestBody.registration(bytes.span, defaultNamespace: nil) }
        ),
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
        ("health report", { bytes throws(JSONError) in _ = try RequestBody.healthReport(bytes.span) }),
    ]

    /// How they differ; nil: not at all, or as they are to.
    static func difference(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        // An empty report of health is a mere renewal.
        if bytes.isEmpty || KnownDifference.inText(bytes) != nil { return nil }
        let tree = try? JSONTree.read(bytes)
        for (name, read) in self.readers {
            do throws(JSONError) {
                try read(bytes)
                if tree == nil { return "\(name): it takes what is no JSON" }
            } catch {
                if tree != nil { return "\(name): it refuses what is JSON: \(error)" }
            }
        }
        // A field that comes twice adds to the first, where Foundation drops that.
        guard let tree, !tree.hasRepeatedNames, let object = FoundationComparison.foundation(bytes) as? [String: Any]
        else { return nil }
        if KnownDifference.ofValues(bytes) != nil { return nil }
        return self.registrationDifference(bytes, object) ?? self.reportDifference(bytes)
    }

    private static func registrationDifference(
        _ bytes: UnsafeBufferPointer<UInt8>, _ object: [String: Any]
    ) -> String? {
        guard let value = try? RequestBody.registration(bytes.span, defaultNamespace: nil).value else { return nil }
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

    private static func reportDifference(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard let ours = try? RequestBody.healthReport(bytes.span).value else { return nil }
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
