import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// The table of API section 6.
struct ObligationTests {
    private static let heartbeat = HealthCheck(name: "beat", kind: .ttl)
    private static let probe = HealthCheck(name: "web", kind: .http)

    private static func of(
        ttl: Lifetime? = nil, checks: [HealthCheck] = [], deregisterAfter: Lifetime? = nil
    ) -> Obligation {
        var spec = Sample.spec(ttl: ttl)
        spec.checks = checks
        spec.deregisterAfter = deregisterAfter
        return Obligation(of: spec, settings: CatalogSettings(ttl: .seconds(30)))
    }

    @Test func aTTLIsAHeartbeat() {
        #expect(Self.of(ttl: .after(.seconds(7))).kind == .heartbeat(every: .seconds(7)))
        #expect(Self.of(ttl: .after(.seconds(7)), checks: [Self.probe]).kind == .heartbeat(every: .seconds(7)))
    }

    @Test func aCheckOfTypeTTLIsAHeartbeat() {
        #expect(Self.of(checks: [Self.heartbeat]).kind == .heartbeat(every: .seconds(30)))
        let every = HealthCheck(name: "beat", kind: .ttl, interval: .seconds(9))
        #expect(Self.of(checks: [Self.probe, every]).kind == .heartbeat(every: .seconds(9)))
    }

    @Test func onlyProbesIsAProbe() {
        #expect(Self.of(checks: [Self.probe]).kind == .probe)
    }

    @Test func neitherIsAHeartbeatOfTheRegistrys() {
        #expect(Self.of().kind == .heartbeat(every: .seconds(30)))
    }

    @Test func neverIsStatic() {
        #expect(Self.of(ttl: .never).kind == .stationary)
        #expect(Self.of(ttl: .never, checks: [Self.probe]).kind == .stationary)
    }

    @Test func defaultsOfDeregisterAfter() {
        #expect(Self.of().deregisterAfter == .minutes(10))
        #expect(Self.of(checks: [Self.probe]).deregisterAfter == .hours(24))
        #expect(Self.of(ttl: .never).deregisterAfter == nil)
        #expect(Self.of(ttl: .never, deregisterAfter: .after(.hours(1))).deregisterAfter == .hours(1))
        #expect(Self.of(deregisterAfter: .never).deregisterAfter == nil)
        #expect(Self.of(deregisterAfter: .after(.zero)).deregisterAfter == .zero)
    }

    @Test func healthAtRegistration() {
        #expect(Self.of().initialFaults.state == .up)
        #expect(Self.of(ttl: .never).initialFaults.state == .up)
        #expect(Self.of(checks: [Self.probe]).initialFaults.state == .unknown)
    }

    @Test func leases() {
        let beating = Self.of(ttl: .after(.seconds(10)))
        let expiry = Lease.Terms(purpose: .expiry, span: .seconds(10), grace: .seconds(10), isRenewable: true)
        #expect(beating.lease(for: Sample.health(.up)) == expiry)
        #expect(beating.lease(for: Sample.health(.unknown)) == expiry)
        #expect(
            beating.lease(for: Sample.health(.down, cause: .expire))
                == Lease.Terms(purpose: .removal, span: .minutes(10), grace: .seconds(10), isRenewable: false))
        #expect(
            beating.lease(for: Sample.health(.down, cause: .report))
                == Lease.Terms(
                    purpose: .removal, span: .seconds(10) + .minutes(10), grace: .seconds(10), isRenewable: true))
        #expect(Self.of(deregisterAfter: .never).lease(for: Sample.health(.down, cause: .expire)) == nil)
    }

    @Test func whatOwesNoHeartbeatHasALeaseOnlyWhileDown() {
        for obligation in [Self.of(checks: [Self.probe]), Self.of(ttl: .never)] {
            #expect(obligation.lease(for: Sample.health(.up)) == nil)
            #expect(obligation.lease(for: Sample.health(.unknown)) == nil)
        }
        #expect(Self.of(ttl: .never).lease(for: Sample.health(.down, cause: .report)) == nil)
        #expect(
            Self.of(checks: [Self.probe]).lease(for: Sample.health(.down))
                == Lease.Terms(purpose: .removal, span: .hours(24), grace: .zero, isRenewable: false))
    }
}
