import NIOCore
import NIOSSL
import RegistryCatalog

/// Why Redis did not do what it was asked.
struct RedisError: Error, Hashable, CustomStringConvertible {
    /// Stable names.
    enum Code: String, Sendable, Hashable {
        /// It cannot be reached, the connection broke, or it says that it cannot serve yet.
        case unavailable
        /// No answer within the time given.
        case timedOut
        /// More commands wait for an answer than may.
        case overloaded
        /// It has no memory left for this.
        case full
        /// Name, password or rights are missing or wrong.
        case denied
        /// The certificate, or the configuration of TLS.
        case insecure
        /// An answer that this program does not understand.
        case unexpectedAnswer
        /// Anything else that Redis refuses.
        case refused
    }

    let code: Code
    /// What happened, in words that hold no secret.
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var description: String { "\(self.message) (\(self.code.rawValue))" }

    static let closed = RedisError(.unavailable, "the connection was closed before the answer")

    /// What Redis said no with. What it repeats of the command is left out: that may hold secrets.
    ///
    /// - Parameter isSecret: the command was one with a password; then only the refusal's code is kept.
    init(reply: String, isSecret: Bool = false) {
        let word = String(reply.prefix { $0 != " " })
        let code: Code =
            switch word {
            case "NOAUTH", "WRONGPASS", "NOPERM", "DENIED": .denied
            case "OOM": .full
            case "LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN", "NOREPLICAS", "MISCONF": .unavailable
            default: isSecret ? .denied : .refused
            }
        let sentence = reply.firstRange(of: ", with args").map { reply[..<$0.lowerBound] } ?? reply[...]
        self.init(code, "it says \(isSecret ? word[...] : sentence.prefix(256))")
    }

    /// What ended a connection, or kept it from coming about.
    init(_ error: any Error) {
        switch error {
        case let error as RedisError: self = error
        case let fault as RESPFault:
            self.init(.unexpectedAnswer, "what it answers is not Redis's protocol (\(fault))")
        case let error as NIOSSLError: self.init(.insecure, "TLS failed: \(error)")
        case let error as NIOSSLExtraError: self.init(.insecure, "TLS failed: \(error)")
        case ChannelError.connectTimeout: self.init(.timedOut, "the connection was not opened in time")
        case is ChannelError: self = .closed
        default: self.init(.unavailable, "\(error)")
        }
    }
}

extension CacheError {
    /// - Parameter address: where Redis is.
    init(_ error: RedisError, at address: String) {
        let what = "Redis at \(address): \(error.message)"
        switch error.code {
        case .unavailable, .overloaded: self.init(.unavailable, what)
        case .timedOut: self.init(.timedOut, what)
        case .full: self.init(.full, "\(what); give it more memory (maxmemory)")
        case .denied: self.init(.refused, "\(what); see redis.username and redis.password, and the user's rights")
        case .insecure: self.init(.refused, "\(what); see redis.tls and redis.ca_file")
        case .unexpectedAnswer: self.init(.refused, "\(what); see redis.host, redis.port and redis.tls")
        case .refused: self.init(.refused, what)
        }
    }
}
