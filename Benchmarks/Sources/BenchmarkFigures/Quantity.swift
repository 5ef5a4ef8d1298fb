/// What kind of figure a number is, and so how it is written.
public enum Quantity: String, Codable, Sendable {
    case ratio
    case perSecond
    case milliseconds
    case seconds
    case bytes
    case count

    public func text(_ value: Double) -> String {
        switch self {
        case .ratio: Self.fixed(value, digits: 2) + " ×"
        case .perSecond, .count: Self.grouped(value)
        case .milliseconds: Self.fixed(value, digits: Swift.abs(value) < 10 ? 2 : 1) + " ms"
        case .seconds: Self.fixed(value, digits: 2) + " s"
        case .bytes: Self.grouped(value) + " bytes"
        }
    }

    /// A number with that many digits after the point, which FoundationEssentials does not write.
    static func fixed(_ value: Double, digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (Swift.abs(value) * scale).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let sign = value < 0 && scaled > 0 ? "-" : ""
        let whole = Int(scaled) / Int(scale)
        guard digits > 0 else { return sign + String(whole) }
        let fraction = String(Int(scaled) % Int(scale))
        return sign + "\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// A whole number in groups of three digits.
    static func grouped(_ value: Double) -> String {
        let digits = Self.fixed(Swift.abs(value), digits: 0)
        var text = ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return value < 0 ? "-" + text : text
    }
}
