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

    /// As the OpenAPI document and hints have it: `metadata.KEY`.
    public var shownName: String { self.shape == .prefix ? "\(self.name)KEY" : self.name }

    func takes(_ name: String) -> Bool {
        self.shape == .prefix ? name.hasPrefix(self.name) && name.utf8.count > self.name.utf8.count : name == self.name
    }
}

extension [QueryParameter] {
    /// The known name that an unknown one was probably meant to be; nil when there are none.
    func nearest(to name: String) -> String? {
        // What follows a dot is the caller's own, as in `meta.color`.
        let beginning = name.utf8.firstIndex(of: UInt8(ascii: ".")).map { String(name[...$0]) } ?? name
        guard let nearest = NearestName.of(beginning, among: self.map(\.name)) else { return nil }
        return self.first { $0.name == nearest }?.shownName
    }
}
