import Foundation
import RegistryJSON

/// Reads a text as we do and as Foundation does: both take it and mean the same, or both refuse it.
struct FoundationComparison: Sendable {
    enum Verdict: Sendable {
        case bothTake
        case bothRefuse
        /// They differ as they are to.
        case known(KnownDifference)
        /// They differ, and this is how.
        case differ(String)
    }

    /// What is compared; another one only to show that its faults are noticed.
    typealias Reading = @Sendable (UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONTree

    private let read: Reading

    init(reading: @escaping Reading = { bytes throws(JSONError) in try JSONTree.read(bytes) }) { self.read = reading }

    func compare(_ bytes: UnsafeBufferPointer<UInt8>) -> Verdict {
        if let known = KnownDifference.inText(bytes) { return .known(known) }
        let theirs = Self.foundation(bytes)
        do throws(JSONError) {
            let ours = try self.read(bytes)
            if let theirs {
                guard let how = Self.difference(ours, theirs, "") else { return .bothTake }
                return KnownDifference.ofValues(bytes).map { .known($0) } ?? .differ(how)
            }
            return ours.hasNumberOutOfRange ? .known(.numberOutOfRange) : .differ("we take it, Foundation does not")
        } catch {
            if theirs == nil { return .bothRefuse }
            if let known = KnownDifference.ofRefusal(error, bytes) { return .known(known) }
            return .differ("Foundation takes it, and we do not: \(error)")
        }
    }

    /// What `JSONSerialization` makes of a text; nil: it refuses it.
    static func foundation(_ bytes: UnsafeBufferPointer<UInt8>) -> Any? {
        try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
    }

    // MARK: Values

    /// How they differ at `path`; nil: not at all.
    private static func difference(_ ours: JSONTree, _ theirs: Any, _ path: String) -> String? {
        switch ours {
        case .null: return theirs is NSNull ? nil : "\(path): null, \(theirs)"
        case .bool(let value):
            guard let number = theirs as? NSNumber, self.isBool(number) else { return "\(path): \(value), \(theirs)" }
            return number.boolValue == value ? nil : "\(path): \(value), \(number)"
        case .number(let value):
            guard let number = theirs as? NSNumber, !self.isBool(number) else { return "\(path): \(value), \(theirs)" }
            return self.isEqual(value, number) ? nil : "\(path): \(value), \(number)"
        case .string(let value):
            guard let string = theirs as? String else { return "\(path): a string, \(theirs)" }
            return value.utf8.elementsEqual(string.utf8) ? nil : "\(path): \(value), \(string)"
        case .array(let elements):
            guard let array = theirs as? [Any], array.count == elements.count else {
                return "\(path): not the same array"
            }
            return zip(elements, array).enumerated().lazy
                .compactMap { self.difference($1.0, $1.1, "\(path)[\($0)]") }.first
        case .object(let fields):
            guard let object = theirs as? [String: Any] else { return "\(path): an object, \(theirs)" }
            // Of fields with one name, both mean the last.
            let last = Dictionary(fields.map { ($0.name, $0.value) }) { $1 }
            guard last.count == object.count else { return "\(path): \(last.keys), \(object.keys)" }
            return last.lazy.compactMap { name, value in
                guard let other = object[name] else { return "\(path): Foundation has no \(name)" }
                return self.difference(value, other, "\(path).\(name)")
            }.first
        }
    }

    private static func isBool(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

    private static func isEqual(_ ours: JSONNumber, _ theirs: NSNumber) -> Bool {
        switch ours {
        case .integer(let value):
            return theirs is NSDecimalNumber
                ? theirs.decimalValue == Decimal(value) : theirs.doubleValue == Double(value)
        case .real(let value):
            // Foundation keeps numbers of many digits as decimals, and loses the last digit when it makes doubles of them.
            guard theirs is NSDecimalNumber else { return theirs.doubleValue == value }
            return abs(theirs.doubleValue - value) <= abs(value) * 1e-14
        case .outOfRange:
            return abs(theirs.doubleValue) >= 0x1p63
        }
    }
}
