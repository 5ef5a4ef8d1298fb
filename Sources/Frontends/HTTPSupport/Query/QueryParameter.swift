import RegistryModel

/// A query parameter that an operation knows. One table of these a operation serves the parser and the OpenAPI document.
public struct QueryParameter: Sendable, Hashable {
    public enum Shape: Sendable, Hashable {
        /// At most once.
        case single
        /// Any number of times.
        case repeated
        /// Its name is the beginning of the parameter's: `metadata.` takes `metadata.color`. Each full name at most once.
        case prefix
    }

    public let name: String
    public let shape: Shape

    public init(_ name: String, _ shape: Shape = .single) {
        self.name = name
        self.shape = shape
    }

    func takes(_ name: String) -> Bool {
        self.shape == .prefix ? name.hasPrefix(self.name) && name.utf8.count > self.name.utf8.count : name == self.name
    }
}

extension [QueryParameter] {
    /// The known name that an unknown one was probably meant to be; nil when there are none.
    func nearest(to name: String) -> String? { NearestName.of(name, among: self.map(\.name)) }
}
