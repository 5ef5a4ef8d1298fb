public import RegistryModel

/// The `ETag` of an answer: the registry that it comes from, and the revision of the service that it shows.
///
/// Views of one service differ by their URL, which is part of every cache's key, so the revision suffices. The compressed form has
/// a tag of its own, since its bytes are other ones; for conditions both count as the same. A registry that was wiped counts its
/// revisions anew under another id, so an old tag never fits by chance. Nor does that of what a node showed as this revision by mistake,
/// until it read everything anew: what it shows since then names the revision of that too.
public struct EntityTag: Sendable, Hashable, CustomStringConvertible {
    public let registry: String
    public let revision: Revision
    /// When something else was shown as this revision until then; nil: nothing was.
    public let repairedAt: Revision?

    /// - Parameter registryID: its first 8 characters are kept.
    public init(registryID: String, revision: Revision, repairedAt: Revision? = nil) {
        self.registry = String(registryID.prefix(8))
        self.revision = revision
        self.repairedAt = repairedAt
    }

    static let compressedSuffix = "-gzip"

    /// The tag of the plain form, quoted.
    public var description: String { "\"\(self.text)\"" }

    /// The tag of the compressed form, quoted.
    public var compressed: String { "\"\(self.text)\(Self.compressedSuffix)\"" }

    /// Whether one of an `If-None-Match` is this one, compared weakly (RFC 9110, section 13.1.2).
    public func isNamed(byIfNoneMatch field: String) -> Bool {
        TagList(field).map { $0.isAny || $0.tags.contains { $0.text == self.text } } ?? false
    }

    private var text: String {
        let text = "\(self.registry)-\(self.revision)"
        return self.repairedAt.map { "\(text)\(Self.repairMark)\($0)" } ?? text
    }

    fileprivate static let repairMark = "-r"

    /// The revision in a tag, behind the registry.
    fileprivate static func revision(in text: Substring) -> Revision? {
        guard let mark = text.firstRange(of: Self.repairMark) else { return Int64(text).map { Revision($0) } }
        guard Int64(text[mark.upperBound...]) != nil else { return nil }
        return Int64(text[..<mark.lowerBound]).map { Revision($0) }
    }
}

/// What `If-Match` demands of a record.
public enum RevisionCondition: Sendable, Hashable {
    /// It need only exist.
    case any
    /// It must be at one of these revisions of this registry; none fits when the list is empty.
    case revisions([Revision])

    /// Reads `*` or a list of strong tags (RFC 9110, section 13.1.1). Throws `malformed` for anything else.
    public init(ifMatch field: String, registryID: String) throws(RegistryError) {
        guard let list = TagList(field) else {
            throw RegistryError(
                .malformed, "If-Match is * or a list of ETags in quotes.",
                fields: [FieldError(field: "If-Match", message: "is * or a list of ETags in quotes")])
        }
        if list.isAny {
            self = .any
            return
        }
        let prefix = "\(registryID.prefix(8))-"
        self = .revisions(
            list.tags.filter { !$0.isWeak && $0.text.hasPrefix(prefix) }
                .compactMap { EntityTag.revision(in: $0.text.dropFirst(prefix.count)) })
    }
}

/// A list of entity tags as a header has it; the suffix of the compressed form is taken off.
private struct TagList {
    var isAny = false
    var tags: [(text: Substring, isWeak: Bool)] = []

    init?(_ field: String) {
        var rest = field[...]
        func skip(_ letters: Set<Character>) { rest = rest.drop { letters.contains($0) } }
        skip([" ", "\t"])
        if rest.first == "*" {
            self.isAny = true
            rest.removeFirst()
            skip([" ", "\t"])
            if !rest.isEmpty { return nil }
            return
        }
        while !rest.isEmpty {
            let isWeak = rest.hasPrefix("W/")
            if isWeak { rest.removeFirst(2) }
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return nil }
            var text = rest[rest.index(after: rest.startIndex)..<end]
            if text.hasSuffix(EntityTag.compressedSuffix) { text = text.dropLast(EntityTag.compressedSuffix.count) }
            self.tags.append((text, isWeak))
            rest = rest[rest.index(after: end)...]
            skip([" ", "\t", ","])
        }
        if self.tags.isEmpty { return nil }
    }
}
