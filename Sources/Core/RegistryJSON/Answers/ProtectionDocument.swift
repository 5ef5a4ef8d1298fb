public import RegistryModel

/// The registry's doubt about a service, as `…/protection` and the service itself answer it.
public struct ProtectionDocument: Sendable, Hashable {
    public var protection: Protection
    /// How many of the service's instances are suspect.
    public var suspects: Int

    public init(_ protection: Protection, suspects: Int) {
        self.protection = protection
        self.suspects = suspects
    }
}

extension JSONWriter {
    /// `{since, verdict, detail, suspects}`, and `lifted` when an operator has lifted it.
    public mutating func protection(_ document: ProtectionDocument) {
        let protection = document.protection
        self.beginObject()
        self.timeField(Field.since, protection.since)
        self.name(Field.verdict)
        self.string(protection.verdict.description)
        self.name(Field.detail)
        self.string(protection.detail)
        self.name(Field.suspects)
        self.integer(document.suspects)
        if protection.isLifted {
            self.name(Field.lifted)
            self.bool(true)
        }
        self.endObject()
    }
}

extension BodyReader {
    /// A verdict that a newer server may have is unclear to this reader.
    mutating func protection() throws(JSONError) -> ProtectionDocument? {
        guard try self.beginObject() else { return nil }
        var document = ProtectionDocument(Protection(since: .epoch, verdict: .unclear, detail: ""), suspects: 0)
        while let key = try self.nextKey() {
            switch key {
            case Field.since: document.protection.since = try self.timestamp() ?? .epoch
            case Field.verdict:
                document.protection.verdict = try self.string().flatMap { Protection.Verdict($0) } ?? .unclear
            case Field.detail: document.protection.detail = try self.string() ?? ""
            case Field.suspects: document.suspects = try self.count("a number of instances").map { Int($0) } ?? 0
            case Field.lifted: document.protection.isLifted = try self.bool() ?? false
            default: try self.skipUnknown()
            }
        }
        return document
    }
}
