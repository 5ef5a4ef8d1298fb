import RegistryJSON
import RegistryModel
import Testing

/// The bodies of requests, damaged, as our readers and as Foundation's read them.
@Suite struct BodyDifferentialTests {
    private static func compare(_ body: [UInt8], _ comparison: BodyComparison) -> BodyComparison.Verdict {
        body.withUnsafeBufferPointer { comparison.compare($0) }
    }

    @Test(arguments: 0..<2 as Range<UInt64>)
    func bodiesReadAsFoundationReadsThem(part: UInt64) {
        let seed = DifferentialTests.seed
        var documents = DocumentGenerator(seed: seed &+ 100 &+ part)
        var (refused, registrations, reports) = (0, 0, 0)
        for _ in 0..<15_000 {
            let body = documents.damaged(Samples.bodies)
            switch Self.compare(body, BodyComparison()) {
            case .bothRefuse: refused += 1
            case .bothTake: break
            case .equal(let registration, let report):
                registrations += registration ? 1 : 0
                reports += report ? 1 : 0
            case .differ(let how):
                Issue.record("ROLLCALL_SEED=\(seed): \(how): \(String(decoding: body, as: UTF8.self))")
                return
            }
        }
        #expect(refused > 8_000, "\(refused) were refused")
        #expect(
            registrations > 120 && reports > 300, "\(registrations) registrations and \(reports) reports were compared")
    }

    // MARK: What is wrong is noticed

    /// A reader of registrations that does something to what it has read.
    private static func registration(
        _ change: @escaping @Sendable (inout Registration) -> Void
    ) -> BodyComparison {
        BodyComparison(registration: { bytes throws(JSONError) in
            var decoded = try RequestBody.registration(bytes.span, defaultNamespace: nil)
            if var value = decoded.value {
                change(&value)
                decoded.value = value
            }
            return decoded
        })
    }

    /// A reader of reports that does something to what it has read.
    private static func report(_ change: @escaping @Sendable (inout HealthReport) -> Void) -> BodyComparison {
        BodyComparison(report: { bytes throws(JSONError) in
            var decoded = try RequestBody.healthReport(bytes.span)
            if var value = decoded.value {
                change(&value)
                decoded.value = value
            }
            return decoded
        })
    }

    /// Comparisons of a reader with one fault each.
    private static let faulty: [(fault: String, comparison: BodyComparison)] = [
        (
            "takes what is no JSON",
            BodyComparison(registration: { bytes throws(JSONError) in
                (try? RequestBody.registration(bytes.span, defaultNamespace: nil)) ?? Decoded(value: nil)
            })
        ),
        (
            "refuses JSON for a field at fault",
            BodyComparison(report: { bytes throws(JSONError) in
                let decoded = try RequestBody.healthReport(bytes.span)
                if decoded.value == nil { throw JSONError(offset: 0, message: "a fault") }
                return decoded
            })
        ),
        ("changes the service", registration { $0.service = ServiceKey(namespace: "shop", name: "other") }),
        ("changes the host", registration { $0.spec.host = "localhost" }),
        ("rounds the port", registration { $0.spec.port &= 0xFF00 }),
        ("drops the registration's incarnation", registration { $0.incarnation = nil }),
        ("drops a tag", registration { $0.spec.tags = Array($0.spec.tags.dropFirst()) }),
        ("drops the instance's metadata", registration { $0.spec.metadata = [:] }),
        ("takes UP for DOWN", report { $0.status = $0.status == .up ? .down : $0.status }),
        ("rounds the processor's use", report { $0.details?.cpu?.round() }),
        ("drops the memory's use", report { $0.details?.memory = nil }),
        ("drops the disk's use", report { $0.details?.disk = nil }),
        ("drops the errors", report { $0.details?.errors = [] }),
        ("counts a request more", report { $0.load?.requests += 1 }),
        ("rounds the latency", report { $0.load?.latency.round() }),
        ("drops the report's incarnation", report { $0.incarnation = nil }),
        ("drops the report's metadata", report { $0.metadata = nil }),
    ]

    @Test(arguments: faulty.indices)
    func faultsAreNoticed(index: Int) {
        var documents = DocumentGenerator(seed: 1)
        let isNoticed = (0..<5_000).contains { _ in
            if case .differ = Self.compare(documents.damaged(Samples.bodies), Self.faulty[index].comparison) {
                true
            } else {
                false
            }
        }
        #expect(isNoticed, "\(Self.faulty[index].fault)")
    }
}
