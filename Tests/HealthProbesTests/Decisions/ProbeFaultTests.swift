import NIOCore
import NIOSSL
import RegistryHealth
import RegistryModel
import Testing

@testable import HealthProbes

#if canImport(Glibc)
import Glibc
#endif

struct ProbeFaultTests {
    @Test(
        arguments: [
            (ECONNREFUSED, .refused, true), (ECONNRESET, .refused, true), (ETIMEDOUT, .timedOut, false),
            (EHOSTUNREACH, .unreachable, true), (ENETUNREACH, .unreachable, true), (ENETDOWN, .unreachable, true),
            (EACCES, .unreachable, true), (EPERM, .unreachable, true), (EMFILE, .overloaded, false),
            (ENFILE, .overloaded, false), (EADDRNOTAVAIL, .overloaded, false), (EINVAL, .unreachable, true),
        ] as [(CInt, ProbeOutcome.Failure, Bool)])
    func errorsOfConnecting(code: CInt, failure: ProbeOutcome.Failure, triesAnother: Bool) {
        let fault = ProbeFault(connecting: IOError(errnoCode: code, reason: "connect"), to: IPAddress(v4: 0x7f00_0001))
        #expect(fault.failure == failure && fault.allowsAnotherAddress == triesAnother && !fault.isStale)
        #expect(!fault.detail.isEmpty)
    }

    @Test func aMachineWithoutIPv6HasNoRouteToIt() {
        let fault = ProbeFault(connecting: IOError(errnoCode: EADDRNOTAVAIL, reason: "connect"), to: IPAddress(v6: 1))
        #expect(fault.failure == .unreachable && fault.allowsAnotherAddress)
    }

    @Test func errorsOfAnOpenConnection() {
        #expect(ProbeFault(answering: IOError(errnoCode: ECONNRESET, reason: "read")) == .closed)
        #expect(ProbeFault(answering: ChannelError.eof) == .closed)
        #expect(ProbeFault(answering: NIOSSLError.unableToValidateCertificate).failure == .insecure)
        #expect(ProbeFault(answering: ProbeFault.cancelled) == .cancelled)
        struct Odd: Error { let text = String(repeating: "x", count: 5_000) }
        #expect(ProbeFault(answering: Odd()).failure == .rejected)
        #expect(ProbeFault(answering: Odd()).detail.utf8.count < 300)
    }

    private func attempt(_ timeout: TimeSpan) -> ProbeAttempt {
        ProbeAttempt(
            target: ProbeTarget(host: "127.0.0.1", port: 1, kind: .tcp, probe: HealthCheck.Probe()), timeout: timeout)
    }

    /// A target is not blamed for time that was lost on this side.
    @Test func timeThatWasSpentWaitingIsNotTheTargets() {
        let patient = self.attempt(.seconds(4))
        patient.hasWaited(.milliseconds(1_000))
        #expect(patient.outcome(of: .noAnswer) == ProbeOutcome(failure: .timedOut, detail: "no answer within 4s"))
        #expect(patient.outcome(of: .closed).failure == .rejected)
        let waiting = self.attempt(.seconds(4))
        waiting.hasWaited(.milliseconds(600))
        waiting.hasWaited(.milliseconds(600))
        #expect(waiting.outcome(of: .noAnswer).failure == .overloaded)
        #expect(waiting.outcome(of: .closed).failure == .rejected)
    }

    @Test func aDeadlineThatIsNoticedLateIsNotTheTargets() {
        let late = self.attempt(.milliseconds(-1_100))
        #expect(
            late.outcome(of: .noAnswer) == ProbeOutcome(failure: .overloaded, detail: "this process stood still"))
    }
}
