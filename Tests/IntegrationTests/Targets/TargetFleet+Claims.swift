import RollcallClient
import Testing

/// P8 and P10 of targets: what an operator decided holds, and a process that was replaced can do nothing any more.
extension TargetFleet {
    private static let reason = "a test"

    /// One target that an operator has taken out, whatever its owner says and its checks find.
    var overridden: InstanceKey { self.keys(of: 0)[0] }

    func override(_ client: RollcallClient) async throws {
        let request = OverrideRequest(status: .outOfService, reason: Self.reason)
        _ = try await client.override(OverrideKey(self.overridden), request)
    }

    /// Its owner registers again, as a new process, and is told what was decided.
    func overrideHolds(_ client: RollcallClient, incarnation: Int64) async throws {
        for registration in self.registrations(of: 0, incarnation: incarnation) {
            let instance = try await client.register(registration).value.instance
            #expect(instance.id == self.overridden.id)
            #expect(instance.status == .outOfService, "P8: \(instance)")
            #expect(instance.overrides?.instance?.status == .outOfService, "P8: \(instance)")
            #expect(instance.overrides?.instance?.reason == Self.reason, "P8: \(instance)")
            #expect(instance.spec.status == .up, "P8: its owner's own word is kept beside it: \(instance)")
        }
    }

    /// A new process takes the place of the old one, which tries everything that an instance can do.
    ///
    /// - Returns: how much it was refused.
    func registerAgain(_ process: Int, _ old: Int64, _ client: RollcallClient) async throws -> Int {
        for registration in self.registrations(of: process, incarnation: old + 1) {
            _ = try await client.register(registration)
        }
        var refusals = 0
        for registration in self.registrations(of: process, incarnation: old) {
            let key = registration.key
            let beat = InstanceReference(key: key, incarnation: old)
            #expect(try await client.heartbeat([beat]).value.stale == [beat], "P10: a beat of incarnation \(old)")
            var patch = InstancePatch()
            patch.weight = 1
            patch.incarnation = old
            let report = HealthReport(status: .down, incarnation: old)
            await Self.expectStale("register", key) { _ = try await client.register(registration) }
            await Self.expectStale("update", key) { _ = try await client.update(key, patch) }
            await Self.expectStale("report", key) { _ = try await client.report(report, of: key) }
            await Self.expectStale("drain", key) {
                _ = try await client.drain(key, wait: .seconds(0), incarnation: old)
            }
            await Self.expectStale("deregister", key) { try await client.deregister(key, incarnation: old) }
            let instance = try await client.discover(key.service, .everything).value.services.first?.instances?
                .first { $0.id == key.id }
            #expect(instance?.incarnation == old + 1, "P10: \(key)")
            #expect(instance?.spec.weight == registration.spec.weight, "P10: \(key)")
            refusals += 6
        }
        return refusals
    }

    private static func expectStale(_ what: String, _ key: InstanceKey, _ body: () async throws -> Void) async {
        let error = await #expect(throws: RollcallClientError.self, "P10: \(what) \(key)") { try await body() }
        #expect(error?.problem?.code == "stale_incarnation", "P10: \(what) \(key)")
    }
}
