import Crypto
import NIOCore
import RegistryModel

/// The signature of a delivery as Standard Webhooks have it: HMAC-SHA256 over `id.timestamp.body`.
///
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
enum Signature {
    /// The value of `webhook-signature`.
    ///
    /// - Parameters:
    ///   - key: the bytes of the secret.
    ///   - id: the value of `webhook-id`.
    ///   - seconds: the value of `webhook-timestamp`, since 1970.
    ///   - body: in parts.
    static func value(key: [UInt8], id: String, seconds: Int64, body: [ByteBuffer]) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: key))
        code.update(data: Array("\(id).\(seconds).".utf8))
        for part in body { part.withUnsafeReadableBytes { code.update(data: $0) } }
        return "v1,\(Base64.encode(code.finalize()))"
    }
}
