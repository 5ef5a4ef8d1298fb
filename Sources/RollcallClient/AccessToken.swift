/// The secret that a client shows to the server. It goes into the `Authorization` header and nowhere else: neither printing
/// nor dumping nor interpolating it shows it.
public struct AccessToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// The secret itself; for the header alone.
    let secret: String

    /// - Throws: ``RollcallClientError/Code/badConfiguration`` when it cannot stand in a header.
    public init(_ secret: String) throws(RollcallClientError) {
        guard !secret.isEmpty, secret.utf8.count <= 8_192, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw RollcallClientError(
                .badConfiguration, "The access token is empty, too long, or has a character other than visible ASCII.")
        }
        self.secret = secret
    }

    public var description: String { "(hidden)" }
    public var debugDescription: String { "(hidden)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
