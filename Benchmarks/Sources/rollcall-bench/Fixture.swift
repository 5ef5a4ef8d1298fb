import LoadGeneration
import NIOCore

/// The instances that rows register: about 250 bytes each, ten of a service unless said otherwise.
enum Fixture {
    static let serviceDigits = 7
    static let instanceDigits = 9

    /// - Parameter ttl: long enough that nothing expires while something else is measured.
    static func registration(ttl: String) -> String {
        #"{"service":{"name":"svc-{s}"},"instance":{"id":"i-{i}","host":"node-{i}.example.net","port":8080,"#
            + #""version":"1.4.0","tags":["blue"],"locality":{"region":"eu","zone":"a"},"#
            + #""metadata":{"team":"payments","commit":"4f0c1b2a"},"ttl":"\#(ttl)"}}"#
    }

    static let heartbeatItem = #"{"service":"svc-{s}","instance":"i-{i}"}"#

    static func service(_ number: Int) -> String { "svc-" + Self.digits(number, Self.serviceDigits) }

    static func instance(_ number: Int) -> String { "i-" + Self.digits(number, Self.instanceDigits) }

    private static func digits(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    static func registerOne(_ address: Address, ttl: String = "1h") -> RequestTemplate {
        RequestTemplate("POST", "/v1/instances", host: address, item: self.registration(ttl: ttl))
    }

    static func registerMany(
        _ address: Address, items: Int, instancesPerService: Int = 10, ttl: String = "1h"
    ) -> RequestTemplate {
        RequestTemplate(
            "POST", "/v1/instances/batch", host: address, prefix: #"{"instances":["#,
            item: self.registration(ttl: ttl), suffix: "]}", items: items, instancesPerService: instancesPerService)
    }

    static func heartbeats(_ address: Address, items: Int, instancesPerService: Int = 10) -> RequestTemplate {
        RequestTemplate(
            "POST", "/v1/heartbeats", host: address, prefix: #"{"instances":["#, item: self.heartbeatItem,
            suffix: "]}", items: items, instancesPerService: instancesPerService)
    }

    /// Registers instances `0..<count` in batches, before anything is measured.
    static func register(
        _ count: Int, at address: Address, instancesPerService: Int = 10, ttl: String = "1h"
    ) async throws -> LoadOutcome {
        let items = min(count, 1_000)
        let template = self.registerMany(address, items: items, instancesPerService: instancesPerService, ttl: ttl)
        var plan = LoadPlan(
            address, duration: .seconds(600), source: Requests.each(0..<count / items) { template.request($0) })
        plan.warmUp = .zero
        plan.connections = min(8, count / items)
        return try await Load.run(plan).checked()
    }

    /// The answer to heartbeats that renewed all of so many.
    static func renewedAll(_ items: Int) -> @Sendable (Int, ByteBufferView) -> Bool {
        let expected = Array(#"{"renewed":\#(items),"unknown":[],"stale":[]"#.utf8)
        return { status, body in status == 200 && body.starts(with: expected) }
    }
}
