import NIOCore
import NIOHTTP1
import NIOSSL
import Outbound
import RegistryModel

/// Why a request had no answer.
enum ExchangeFault: Error, Sendable, Hashable {
    /// No connection was made.
    case refused
    /// The connection ended before the answer began.
    case closed
    /// What came is no HTTP.
    case noHTTP
    /// The head of the answer is over the limit.
    case tooLong
    /// The receiver's certificate does not prove that it is what the URL names.
    case untrusted
    /// Nothing came in time.
    case timedOut

    init(_ error: any Error) {
        switch error {
        case let fault as ExchangeFault: self = fault
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .untrusted
        case is HTTPParserError: self = .noHTTP
        case ChannelError.connectTimeout: self = .timedOut
        default: self = .closed
        }
    }

    /// The outcome that it comes to.
    var outcome: DeliveryOutcome {
        switch self {
        case .refused: DeliveryOutcome(.unreachable, "The receiver could not be connected to.")
        case .closed: DeliveryOutcome(.unreachable, "The receiver closed the connection before it answered.")
        case .noHTTP: DeliveryOutcome(.unreachable, "What answers at the callback does not speak HTTP/1.1.")
        case .tooLong:
            DeliveryOutcome(
                .unreachable, "The head of the receiver's answer is over \(WebhookSettings.answerLimit) bytes.")
        case .untrusted:
            DeliveryOutcome(
                .unreachable,
                "TLS failed; the receiver needs a certificate for the name in the URL that this machine trusts.")
        case .timedOut: DeliveryOutcome(.timeout, "The receiver did not answer in time.")
        }
    }
}

extension DeliveryOutcome {
    /// What it means that the receiver's name has no address.
    init(_ fault: LookupFault, of host: String) {
        let name = FieldCheck.excerpt(host)
        switch fault.kind {
        case .notFound: self.init(.unreachable, "\(name) has no address.")
        case .timedOut: self.init(.timeout, "Nobody said in time what address \(name) has.")
        case .notAsked: self.init(.unreachable, "\(name) was not looked up: \(fault.detail).")
        }
    }
}
