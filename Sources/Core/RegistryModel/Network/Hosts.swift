/// The rule for hosts: a name (RFC 1123, underscores allowed), an IPv4 or an IPv6 address (RFC 4291, without zone and brackets).
public enum Hosts {
    /// What is wrong with `host`, as a sentence without its subject; nil when nothing is.
    public static func fault(in host: String) -> String? {
        let bytes = Array(host.utf8)
        if bytes.isEmpty { return "is empty; a host is a name, an IPv4 or an IPv6 address" }
        if bytes.count > 253 { return "has \(bytes.count) bytes; a host has at most 253" }
        let isAddress = bytes.contains(UInt8(ascii: ":")) || bytes.allSatisfy { self.isDigitOrDot($0) }
        return (isAddress ? IPAddress(host) != nil : self.isHostName(bytes))
            ? nil : "is \"\(FieldCheck.excerpt(host))\"; a host is a name, an IPv4 or an IPv6 address without brackets"
    }

    private static func isDigitOrDot(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
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
