/// The registry's doubt about a service: so many of its instances went DOWN at once that it may be the registry that is cut off.
public struct Protection: Sendable, Hashable {
    /// What the registry takes for the cause.
    public enum Verdict: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
        /// Nothing tells.
        case unclear = 1
        /// This node's own network does not work.
        case registryNetwork = 2
        /// All that went DOWN is in one zone, and others are well.
        case zone = 3
        /// The network works: they died.
        case instances = 4

        public var description: String {
            switch self {
            case .unclear: "unclear"
            case .registryNetwork: "registry_network"
            case .zone: "zone"
            case .instances: "instances"
            }
        }

        public init?(_ text: String) {
            guard let match = Self.allCases.first(where: { $0.description == text }) else { return nil }
            self = match
        }
    }

    /// Since when.
    public var since: Timestamp
    public var verdict: Verdict
    /// What was seen, in a sentence for people.
    public var detail: String
    /// An operator lifted it: it does not act, nor begin again until the service has recovered.
    public var isLifted: Bool

    public init(since: Timestamp, verdict: Verdict, detail: String, isLifted: Bool = false) {
        self.since = since
        self.verdict = verdict
        self.detail = detail
        self.isLifted = isLifted
    }
}
