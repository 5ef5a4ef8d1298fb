public import HTTPTypes

/// A path with places for names: `/v1/services/{service}/instances/{instance}`.
public struct PathTemplate: Sendable, Hashable, CustomStringConvertible {
    public enum Segment: Sendable, Hashable {
        case text(String)
        /// A place for a name; the text says what it names.
        case name(String)
    }

    public let description: String
    public let segments: [Segment]

    public init(_ template: String) {
        self.description = template
        self.segments = template.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.hasPrefix("{") && part.hasSuffix("}")
                ? .name(String(part.dropFirst().dropLast())) : .text(String(part))
        }
    }

    /// Whether `path` has this shape; text is compared as it is, a place takes any segment but an empty one.
    func matches(_ path: [String]) -> Bool {
        guard path.count == self.segments.count else { return false }
        return zip(self.segments, path).allSatisfy { segment, part in
            switch segment {
            case .text(let text): text == part
            case .name: !part.isEmpty
            }
        }
    }
}

/// The names that stood in a path's places.
public struct PathNames: Sendable, Hashable {
    private let names: [(name: String, value: String)]

    init(template: PathTemplate, path: [String]) {
        self.names = zip(template.segments, path).compactMap { segment, part in
            guard case .name(let name) = segment else { return nil }
            return (name, part)
        }
    }

    /// The text at place `name`; empty when the template has no such place.
    public subscript(name: String) -> String { self.names.first { $0.name == name }?.value ?? "" }

    public static func == (left: PathNames, right: PathNames) -> Bool { left.names.elementsEqual(right.names, by: ==) }

    public func hash(into hasher: inout Hasher) {
        for (name, value) in self.names {
            hasher.combine(name)
            hasher.combine(value)
        }
    }
}

/// Something that is done at a path by a method.
public protocol Routed: Sendable {
    var method: HTTPRequest.Method { get }
    var path: PathTemplate { get }
}

/// Finds what a request asks for. `HEAD` is `GET` without the body.
///
/// Templates are few, so they are looked at one after another; a template without places wins over one with them when it stands
/// first in the list.
public struct RouteTable<Route: Routed>: Sendable {
    public let routes: [Route]

    public init(_ routes: [Route]) { self.routes = routes }

    /// What is at a path for a method.
    public enum Resolution: Sendable {
        case found(Route, PathNames)
        /// Nothing is at the path.
        case unknownPath
        /// These methods are, and not the one asked for.
        case otherMethods([HTTPRequest.Method])
    }

    public func resolve(_ method: HTTPRequest.Method, _ path: [String]) -> Resolution {
        let wanted = method == .head ? .get : method
        var others: [HTTPRequest.Method] = []
        for route in self.routes where route.path.matches(path) {
            if route.method == wanted { return .found(route, PathNames(template: route.path, path: path)) }
            others.append(route.method)
            if route.method == .get { others.append(.head) }
        }
        return others.isEmpty ? .unknownPath : .otherMethods(others)
    }
}
