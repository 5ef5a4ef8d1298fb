/// The key that deliveries are signed with, as Standard Webhooks have it: `whsec_` and the base64 of 24 to 64 bytes.
///
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
public enum WebhookSecret {
    public static let prefix = "whsec_"
    /// Bytes of a secret that is made here.
    static let madeBytes = 32

    /// What is wrong with a secret, as a sentence without its subject; nil when nothing is. Says nothing of the secret itself.
    public static func fault(in secret: String) -> String? {
        guard let key = self.key(of: secret) else {
            return "is no secret; it is \(Self.prefix) and base64 with padding"
        }
        if Limits.secretBytes.contains(key.count) { return nil }
        return
            "has \(key.count) bytes; a secret has \(Limits.secretBytes.lowerBound) to \(Limits.secretBytes.upperBound)"
    }

    /// The bytes to sign with; nil when it is none of ours.
    public static func key(of secret: String) -> [UInt8]? {
        guard secret.hasPrefix(self.prefix) else { return nil }
        return Base64.decode(secret.dropFirst(self.prefix.count))
    }

    /// A secret of 32 random bytes.
    public static func make(using generator: inout some RandomNumberGenerator) -> String {
        let bytes = (0..<self.madeBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return self.prefix + Base64.encode(bytes)
    }
}
