import RegistryJSON

/// A whole JSON text as `JSONReader` gives it, value by value.
enum JSONTree {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONTree])
    /// In the order of the text, names that come twice included.
    case object([(name: String, value: JSONTree)])

    /// Reads a text to its end.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONTree {
        var reader = JSONReader(bytes)
        let tree = try JSONTree(from: &reader)
        try reader.finish()
        return tree
    }

    init(from reader: inout JSONReader) throws(JSONError) {
        switch try reader.peek() {
        case .null:
            try reader.null()
            self = .null
        case .bool: self = .bool(try reader.bool())
        case .number: self = .number(try reader.number())
        case .string: self = .string(try reader.string())
        case .array:
            var elements: [JSONTree] = []
            try reader.beginArray()
            while try reader.nextElement() { elements.append(try JSONTree(from: &reader)) }
            self = .array(elements)
        case .object:
            var fields: [(name: String, value: JSONTree)] = []
            try reader.beginObject()
            while let key = try reader.nextKey() { fields.append((key.string, try JSONTree(from: &reader))) }
            self = .object(fields)
        }
    }

    /// Whether an object in it names a field twice.
    var hasRepeatedNames: Bool {
        switch self {
        case .array(let elements): elements.contains { $0.hasRepeatedNames }
        case .object(let fields):
            Set(fields.map(\.name)).count < fields.count || fields.contains { $0.value.hasRepeatedNames }
        case .null, .bool, .number, .string: false
        }
    }

    /// Whether a number in it is beyond what 64 bits hold.
    var hasNumberOutOfRange: Bool {
        switch self {
        case .number(.outOfRange): true
        case .array(let elements): elements.contains { $0.hasNumberOutOfRange }
        case .object(let fields): fields.contains { $0.value.hasNumberOutOfRange }
        case .null, .bool, .number, .string: false
        }
    }
}
