import Foundation

/// An answer as it came over the wire.
struct Reply {
    var status: Int
    /// Names in lower case.
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    init(status: Int) { self.status = status }

    subscript(name: String) -> String? { self.headers.first { $0.name == name }?.value }

    var text: String { String(decoding: self.body, as: UTF8.self) }

    /// The body, read by a parser that is not ours.
    var json: JSONValue {
        JSONValue((try? JSONSerialization.jsonObject(with: Data(self.body), options: .fragmentsAllowed)) ?? NSNull())
    }

    /// `code` of a problem; empty when the body is none.
    var code: String { self["content-type"] == "application/problem+json" ? self.json["code"].string ?? "" : "" }

    /// The fields that a problem names.
    var fields: [String] { self.json["errors"].array.compactMap { $0["field"].string } }
}

/// Any JSON, looked into without ceremony: what is not there is null.
///
/// Unchecked, because the values that the system's parser makes are never changed.
struct JSONValue: Equatable, CustomStringConvertible, @unchecked Sendable {
    let value: Any

    init(_ value: Any) { self.value = value }

    init(text: some StringProtocol) {
        self.value =
            (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) ?? NSNull()
    }

    subscript(name: String) -> JSONValue { JSONValue((self.value as? [String: Any])?[name] ?? NSNull()) }

    subscript(index: Int) -> JSONValue {
        let array = self.value as? [Any] ?? []
        return JSONValue(array.indices.contains(index) ? array[index] : NSNull())
    }

    var string: String? { self.value as? String }
    var int: Int? { (self.value as? NSNumber)?.intValue }
    var bool: Bool? { (self.value as? NSNumber)?.boolValue }
    var array: [JSONValue] { (self.value as? [Any] ?? []).map { JSONValue($0) } }
    var names: [String] { (self.value as? [String: Any] ?? [:]).keys.sorted() }
    var isNull: Bool { self.value is NSNull }
    var description: String { "\(self.value)" }

    static func == (left: JSONValue, right: JSONValue) -> Bool {
        (left.value as? NSObject)?.isEqual(right.value) ?? false
    }
}
