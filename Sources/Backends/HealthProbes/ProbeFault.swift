import NIOCore
import NIOPosix
import NIOSSL
import Outbound
import RegistryHealth
import RegistryModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why a probe did not pass.
struct ProbeFault: Error, Hashable {
    var failure: ProbeOutcome.Failure
    /// A short sentence; of `timedOut` its beginning: "no answer".
    var detail: String
    /// Whether it may only mean that a kept connection was closed by the other side in the meantime.
    var isStale = false
    /// Whether another address of the same name may do better.
    var allowsAnotherAddress = false

    init(_ failure: ProbeOutcome.Failure, _ detail: String) {
        self.failure = failure
        self.detail = detail
    }

    static let cancelled = ProbeFault(.overloaded, "the probe was cancelled")
    static let closed = ProbeFault(.rejected, "closed the connection without an answer")
    static let noAnswer = ProbeFault(.timedOut, "no answer")
    static let noConnection = ProbeFault(.timedOut, "no connection")
}

extension ProbeFault {
    /// What it means that a name has no address.
    init(_ fault: LookupFault) {
        let failure: ProbeOutcome.Failure =
            switch fault.kind {
            case .notFound: .unreachable
            case .timedOut: .timedOut
            case .notAsked: .overloaded
            }
        self.init(failure, fault.detail)
    }

    /// What an error of connecting means.
    init(connecting error: any Error, to address: IPAddress) {
        switch error {
        case let fault as ProbeFault: self = fault
        case is ChannelError: self = .noConnection
        case let error as IOError: self.init(connecting: error.errnoCode, to: address)
        default: self.init(.unreachable, Self.text(of: error))
        }
    }

    private init(connecting code: CInt, to address: IPAddress) {
        switch code {
        case ECONNREFUSED: self.init(.refused, "connection refused")
        case ECONNRESET: self.init(.refused, "connection reset")
        case ETIMEDOUT: self = .noConnection
        case EHOSTUNREACH, EHOSTDOWN: self.init(.unreachable, "the host cannot be reached")
        case ENETUNREACH, ENETDOWN, EAFNOSUPPORT: self.init(.unreachable, "there is no route to its network")
        case EACCES, EPERM: self.init(.unreachable, "this machine does not let connections go there")
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: self.init(.overloaded, "no file is free for a connection")
        // Of IPv4 all local ports are taken; of IPv6 this machine may simply have none.
        case EADDRNOTAVAIL where address.family == .v4: self.init(.overloaded, "no local port is free")
        case EADDRNOTAVAIL: self.init(.unreachable, "this machine has no address of that kind")
        default: self.init(.unreachable, "connecting failed with error \(code)")
        }
        self.allowsAnotherAddress = self.failure == .refused || self.failure == .unreachable
    }

    /// What an error on an open connection means.
    init(answering error: any Error) {
        switch error {
        case let fault as ProbeFault: self = fault
        case is IOError, is ChannelError: self = .closed
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            self.init(.insecure, "TLS: \(Self.text(of: error))")
        default: self.init(.rejected, "not an answer of its protocol: \(Self.text(of: error))")
        }
    }

    /// An error's own words may be of any length.
    private static func text(of error: any Error) -> String { String("\(error)".prefix(200)) }
}
