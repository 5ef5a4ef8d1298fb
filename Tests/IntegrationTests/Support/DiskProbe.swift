import RegistryTestKit
import RollcallClient
import Testing

/// Writes to a service of its own, and knows what was acknowledged.
struct DiskProbe {
    private(set) var acknowledged: Set<String> = []
    private var number: UInt16 = 0

    /// Registers one more instance, of a thousand bytes.
    mutating func register(_ client: RollcallClient) async throws(RollcallClientError) {
        self.number += 1
        let spec = InstanceSpec(
            host: "127.0.0.1", port: self.number, metadata: ["a": String(repeating: "x", count: 1_000)], ttl: .never)
        let registration = Registration(service: client.service("disk"), spec: spec)
        self.acknowledged.insert(try await client.register(registration).value.instance.id)
    }

    /// Registers until it is refused; nil: it never is.
    mutating func fill(_ client: RollcallClient) async -> RollcallClientError.Problem? {
        for _ in 1...2_000 {
            do { try await self.register(client) } catch { return error.problem }
        }
        return nil
    }

    /// While nothing can be written: what was acknowledged is there and nothing else, and answers say how old they are.
    func expectReadsToGoOn(_ client: RollcallClient) async throws {
        #expect(try await Self.ids(client) == self.acknowledged, "nothing of what was refused is there")
        try await eventually("answers say how old they are") {
            try await client.discover(client.service("disk")).age.map { $0 > .zero } == true
        }
    }

    /// It takes writes again by itself.
    mutating func expectRecovery(_ client: RollcallClient) async throws {
        var copy = self
        try await eventually("it takes writes again") {
            do {
                try await copy.register(client)
                return true
            } catch { return false }
        }
        self = copy
        #expect(try await Self.ids(client) == self.acknowledged)
    }

    static func ids(_ client: RollcallClient) async throws -> Set<String> {
        let answer = try await client.discover(client.service("disk"), .everything)
        return Set(answer.value.services.first?.instances?.map(\.id) ?? [])
    }
}
