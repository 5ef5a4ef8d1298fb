/// Which versions a caller wants: the query parameter `version`.
///
/// Text without any of `< > = ^ ~ * |` and space is a version, and wanted literally: `1.4.0` is not `v1.4.0`, and `1.x` is
/// the version of that name. Everything else is a ``VersionRange``: `1.*`, `=1.x`, `>=1.2 <2`, `1.x || 2.x`.
public enum VersionFilter: Sendable, Hashable, CustomStringConvertible {
    case exact(String)
    case range(VersionRange)

    /// Throws `invalid` with the field `version` when it is neither.
    public init(_ text: String) throws(RegistryError) {
        if text.utf8.contains(where: Self.makesRange) {
            self = .range(try VersionRange(text))
        } else {
            self = .exact(text)
        }
    }

    /// Whether an instance's version is wanted. One that is no semantic version is in no range.
    public func matches(_ version: String) -> Bool {
        switch self {
        case .exact(let wanted): version == wanted
        case .range(let range): Version(version).map(range.contains) ?? false
        }
    }

    public var description: String {
        switch self {
        case .exact(let text): text
        case .range(let range): range.description
        }
    }

    private static func makesRange(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: "^"), UInt8(ascii: "~"),
            UInt8(ascii: "*"), UInt8(ascii: "|"), UInt8(ascii: " "):
            true
        default: false
        }
    }
}
