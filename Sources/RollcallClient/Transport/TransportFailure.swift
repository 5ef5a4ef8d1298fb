import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import RegistryModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A failed attempt: the error for the caller, and what the retry policy needs to know of it.
struct TransportFailure: Error {
    let error: RollcallClientError
    let kind: RetryPolicy.Failure

    private init(_ error: RollcallClientError, _ kind: RetryPolicy.Failure) {
        self.error = error
        self.kind = kind
    }

    private static func unreachable(_ address: ServerAddress, _ reason: String, _ kind: RetryPolicy.Failure) -> Self {
        Self(RollcallClientError(.unreachable, "The registry at \(address) cannot be reached: \(reason)."), kind)
    }

    private static func cutShort(_ address: ServerAddress) -> Self {
        .unreachable(address, "it closed the connection before its answer was complete", .unclear)
    }

    /// An event of a watch that is not taken in.
    static func tooLarge(limit: Int) -> Self {
        Self(RollcallClientError(.badAnswer, "An event of the watch is larger than \(limit) bytes."), .final)
    }

    /// What was thrown before an answer was complete.
    init(_ error: any Error, from address: ServerAddress) {
        switch error {
        case let failure as Self:
            self = failure
        case is CancellationError:
            self.init(.cancelled, .final)
        case is TimeLimitExceeded:
            self.init(RollcallClientError(.timeout, "The registry at \(address) did not answer in time."), .unclear)
        case is NIOTooManyBytesError:
            self.init(
                RollcallClientError(.badAnswer, "The answer of \(address) is larger than the client takes in."), .final)
        case let error as NIOConnectionError:
            self = .unreachable(address, Self.reason(of: error), .notSent)
        case let error as IOError:
            self = .unreachable(
                address, Self.text(of: error.errnoCode), Self.connecting(error.errnoCode) ? .notSent : .unclear)
        case let error as HTTPClientError:
            self.init(error, from: address)
        case HTTPParserError.invalidEOFState, is ChannelError:
            self = .cutShort(address)
        default:
            self.init(
                RollcallClientError(.badAnswer, "What listens at \(address) does not speak HTTP: \(error)."), .final)
        }
    }

    private init(_ error: HTTPClientError, from address: ServerAddress) {
        switch error {
        case .cancelled:
            self.init(.cancelled, .final)
        case .alreadyShutdown:
            self.init(RollcallClientError(.badConfiguration, "The client has been shut down."), .final)
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            self = .unreachable(address, "the connection did not come about in time", .notSent)
        case .readTimeout, .deadlineExceeded, .writeTimeout:
            self.init(RollcallClientError(.timeout, "The registry at \(address) did not answer in time."), .unclear)
        case .remoteConnectionClosed, .uncleanShutdown:
            self = .cutShort(address)
        default:
            self.init(
                RollcallClientError(.badAnswer, "The exchange with \(address) failed: \(error.shortDescription)."),
                .final)
        }
    }

    /// An answer that says no, or that is none of the API's.
    init(_ reply: HTTPTransport.Reply, from address: ServerAddress) {
        let retryAfter = reply.headers.first(name: "Retry-After").flatMap { Int64($0) }.map {
            TimeSpan.seconds(max(0, $0))
        }
        guard reply.status >= 400 else {
            let target = reply.headers.first(name: "Location").map { " to \(FieldCheck.excerpt($0))" } ?? ""
            self.init(
                RollcallClientError(
                    .badAnswer,
                    "\(address) answers with status \(reply.status)\(target), which is not followed; give the address of the registry itself."
                ), .final)
            return
        }
        var problem = RollcallClientError.Problem(reading: reply.body, status: reply.status)
        problem.retryAfter = retryAfter
        let wasTurnedAway = reply.status == 429 || reply.status == 503
        self.init(RollcallClientError(problem), wasTurnedAway ? .turnedAway(retryAfter: retryAfter?.duration) : .final)
    }

    private static func reason(of error: NIOConnectionError) -> String {
        if let failure = error.connectionErrors.first?.error as? IOError { return self.text(of: failure.errnoCode) }
        if error.dnsAError != nil || error.dnsAAAAError != nil { return "the name \(error.host) is not known" }
        return "the connection did not come about in time"
    }

    private static func text(of code: CInt) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text).lowercased()
    }

    private static func connecting(_ code: CInt) -> Bool {
        [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, EHOSTDOWN, ENETDOWN].contains(code)
    }
}
