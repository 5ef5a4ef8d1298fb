public import RegistryModel

/// How one of several instances is chosen.
public enum Strategy: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// Any of them, each as likely.
    case random = 1
    /// Each in turn, in the order of their ids.
    case roundRobin = 2
    /// Each as often as its weight says, evenly spread: smooth weighted round robin.
    case weight = 3

    /// The spelling in every request and answer.
    public var description: String {
        switch self {
        case .random: "random"
        case .roundRobin: "round_robin"
        case .weight: "weight"
        }
    }

    /// Reads the spelling of a request. Throws `invalid` with the field `strategy` and the spellings there are.
    public init(_ text: String) throws(RegistryError) {
        guard let match = Self.allCases.first(where: { $0.description == text }) else {
            let known = Self.allCases.map(\.description).joined(separator: ", ")
            let message = "is \"\(FieldCheck.excerpt(text))\"; a strategy is one of \(known)"
            throw .invalid([FieldError(field: "strategy", message: message)])
        }
        self = match
    }
}
