/// Why a name has no address.
public struct LookupFault: Error, Sendable, Hashable {
    public enum Kind: Sendable, Hashable, CaseIterable {
        /// It has none, says the system.
        case notFound
        /// The system did not say in time.
        case timedOut
        /// This process did not ask, or not to the end: too much is asked at once, or nobody waits for it any more.
        case notAsked
    }

    public let kind: Kind
    /// A short sentence.
    public let detail: String

    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    static let noAnswer = LookupFault(.timedOut, "no answer about its name")
    static let full = LookupFault(.notAsked, "too many names are being looked up")
    static let cancelled = LookupFault(.notAsked, "looking its name up was cancelled")
    static let shutDown = LookupFault(.notAsked, "no more names are looked up")
}
