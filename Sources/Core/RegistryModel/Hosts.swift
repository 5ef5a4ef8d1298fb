/// The rule for hosts: a name (RFC 1123, underscores allowed), an IPv4 or an IPv6 address (RFC 4291, without zone and brackets).
public enum Hosts {
    /// What is wrong with `host`, as a sentence without its subject; nil when nothing is.
    public static func fault(in host: String) -> String? {
        let bytes = Array(host.utf8)
        if bytes.isEmpty { return "is empty; a host is a name, an IPv4 or an IPv6 address" }
        if bytes.count > 253 { return "has \(bytes.count) bytes; a host has at most 253" }
        let sound: Bool
        if bytes.contains(UInt8(ascii: ":")) {
            sound = self.isIPv6(bytes)
        } else if bytes.allSatisfy({ self.isDigit($0) || $0 == UInt8(ascii: ".") }) {
            sound = self.isIPv4(bytes[...])
        } else {
            sound = self.isHostName(bytes)
        }
        return sound
            ? nil : "is \"\(FieldCheck.excerpt(host))\"; a host is a name, an IPv4 or an IPv6 address without brackets"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Four numbers from 0 to 255 without leading zeros.
    private static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
        var parts = 1
        var digits = 0
        var value = 0
        for byte in bytes {
            if byte == UInt8(ascii: ".") {
                guard digits > 0 else { return false }
                parts += 1
                digits = 0
                value = 0
            } else {
                guard self.isDigit(byte), digits == 0 || value > 0 else { return false }
                digits += 1
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
                guard value <= 255 else { return false }
            }
        }
        return parts == 4 && digits > 0
    }

    private static func isIPv6(_ bytes: [UInt8]) -> Bool {
        var groups = 0
        var compressed = false
        var rest = bytes[...]
        if rest.starts(with: "::".utf8) {
            compressed = true
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let part = rest.prefix { $0 != UInt8(ascii: ":") }
            rest = rest.dropFirst(part.count)
            if rest.isEmpty, part.contains(UInt8(ascii: ".")) {
                guard self.isIPv4(part) else { return false }
                groups += 2
                break
            }
            guard (1...4).contains(part.count), part.allSatisfy(self.isHexDigit) else { return false }
            groups += 1
            if rest.starts(with: "::".utf8) {
                guard !compressed else { return false }
                compressed = true
                rest = rest.dropFirst(2)
            } else if !rest.isEmpty {
                rest = rest.dropFirst()
                guard !rest.isEmpty else { return false }
            }
        }
        return compressed ? groups <= 7 : groups == 8
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func isHostName(_ bytes: [UInt8]) -> Bool {
        var labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { Names.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }
}
