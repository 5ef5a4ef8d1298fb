/// Percent-decoding (RFC 3986, section 2.1) of a path segment or a part of a query, done exactly once.
enum PercentDecoding {
    enum Fault: Error, Hashable {
        /// A `%` without two hexadecimal digits.
        case badEscape
        /// The decoded bytes are no UTF-8.
        case notUTF8
    }

    /// - Parameter plusIsSpace: in a query `+` means a space, in a path it means itself.
    static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool) throws(Fault) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(self.hexadecimal), let low = rest.next().flatMap(self.hexadecimal)
                else { throw .badEscape }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                decoded.append(UInt8(ascii: " "))
            default:
                decoded.append(byte)
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
