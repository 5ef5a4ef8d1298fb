public import RegistryModel

/// The parameters of a query, read strictly: what is not known is refused, so that a slip never returns everything.
///
/// Values that break a rule are collected; ``check()`` throws them all as one `invalid`.
public struct Query: Sendable {
    /// What one query may have, in parameters; more is `malformed`.
    static let parameterLimit = 1_100

    private let pairs: [(name: String, value: String)]
    public private(set) var errors: [FieldError] = []

    /// Throws `malformed` for a bad escape, bytes that are no UTF-8 or a parameter given twice, and `unknown_parameter`.
    public init(_ text: Substring?, knowing parameters: [QueryParameter]) throws(RegistryError) {
        var pairs: [(name: String, value: String)] = []
        for piece in (text ?? "").utf8.split(separator: UInt8(ascii: "&")) {
            guard pairs.count < Self.parameterLimit else {
                throw RegistryError(
                    .malformed, "The query has more than \(Self.parameterLimit) parameters; ask for less at once.")
            }
            let pair = try Self.pair(piece)
            try Self.check(pair.name, among: parameters, after: pairs)
            pairs.append(pair)
        }
        self.pairs = pairs
    }

    private static func pair(_ piece: Substring.UTF8View) throws(RegistryError) -> (name: String, value: String) {
        let sign = piece.firstIndex(of: UInt8(ascii: "="))
        let name = piece[..<(sign ?? piece.endIndex)]
        let value = sign.map { piece[piece.index(after: $0)...] } ?? piece[piece.endIndex...]
        do {
            return (
                try PercentDecoding.decode(name, plusIsSpace: true),
                try PercentDecoding.decode(value, plusIsSpace: true)
            )
        } catch {
            let field = FieldCheck.excerpt(String(Substring(name)))
            throw RegistryError(
                .malformed, "The query cannot be read: \(field) \(error.sentence).",
                fields: [FieldError(field: field, message: error.sentence)])
        }
    }

    private static func check(
        _ name: String, among parameters: [QueryParameter], after earlier: [(name: String, value: String)]
    ) throws(RegistryError) {
        let shown = FieldCheck.excerpt(name)
        if parameters.contains(where: { $0.shape == .prefix && $0.name == name }) {
            let message = "needs a key after the dot, as in \(name)color=blue"
            throw RegistryError(
                .unknownParameter, "\(name) \(message).", fields: [FieldError(field: name, message: message)])
        }
        guard let parameter = parameters.first(where: { $0.takes(name) }) else {
            let hint = parameters.nearest(to: name).map { "; did you mean \($0)?" } ?? "; this operation takes none."
            throw RegistryError(
                .unknownParameter, "No parameter \(shown) is known here\(hint)",
                fields: [FieldError(field: shown, message: "is not known here\(hint)")])
        }
        if parameter.shape != .repeated, earlier.contains(where: { $0.name == name }) {
            throw RegistryError(
                .malformed, "\(shown) is given twice; give it once.",
                fields: [FieldError(field: shown, message: "is given twice")])
        }
    }

    // MARK: - Reading

    public func text(_ name: String) -> String? { self.pairs.first { $0.name == name }?.value }

    public func texts(_ name: String) -> [String] { self.pairs.filter { $0.name == name }.map(\.value) }

    /// Values of a parameter with many names, under what follows the prefix.
    public func texts(withPrefix prefix: String) -> [(name: String, value: String)] {
        self.pairs.filter { $0.name.hasPrefix(prefix) }.map { (String($0.name.dropFirst(prefix.count)), $0.value) }
    }

    public mutating func fail(_ field: String, _ message: String) {
        self.errors.append(FieldError(field: field, message: message))
    }

    /// `true`, `1` or nothing after the name is true; `false` and `0` are false.
    public mutating func flag(_ name: String) -> Bool {
        switch self.text(name) {
        case nil, "false", "0": return false
        case "", "true", "1": return true
        case let other?:
            self.fail(name, "is \"\(FieldCheck.excerpt(other))\"; it is true or false")
            return false
        }
    }

    public mutating func integer(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let text = self.text(name) else { return nil }
        guard let value = Int64(decimal: text), range.contains(value) else {
            self.fail(
                name, "is \"\(FieldCheck.excerpt(text))\"; it is an integer, \(range.lowerBound) to \(range.upperBound)"
            )
            return nil
        }
        return value
    }

    public mutating func duration(_ name: String, in range: ClosedRange<TimeSpan>) -> TimeSpan? {
        guard let text = self.text(name) else { return nil }
        guard let value = TimeSpan(text), range.contains(value) else {
            self.fail(
                name,
                "is \"\(FieldCheck.excerpt(text))\"; it is a time such as 30s or 1h30m, \(range.lowerBound) to \(range.upperBound)"
            )
            return nil
        }
        return value
    }

    public mutating func revision(_ name: String) -> Revision? {
        self.integer(name, in: 0...Limits.largestInteger).map { Revision($0) }
    }

    /// Throws every fault found so far as one `invalid`.
    public func check() throws(RegistryError) {
        if !self.errors.isEmpty { throw .invalid(self.errors) }
    }
}

extension Int64 {
    /// Reads digits with an optional minus; nothing else, no sign `+`, no space.
    public init?(decimal text: String) {
        guard let first = text.utf8.first, first != UInt8(ascii: "+"), let value = Int64(text) else { return nil }
        self = value
    }
}
