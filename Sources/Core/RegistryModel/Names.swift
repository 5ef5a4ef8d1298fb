/// The rule for names: 1 to 255 of `[A-Za-z0-9._:@-]`, starting with a letter or digit; instance ids also `[` and `]`.
public enum Names {
    /// What is wrong with `name`, as a sentence without its subject; nil when nothing is.
    public static func fault(in name: String, allowingBrackets: Bool) -> String? {
        let bytes = name.utf8
        guard let first = bytes.first else {
            return "is empty; a name has 1 to \(Limits.nameBytes.upperBound) characters"
        }
        guard bytes.count <= Limits.nameBytes.upperBound else {
            return "has \(bytes.count) bytes; a name has at most \(Limits.nameBytes.upperBound)"
        }
        guard self.isLetterOrDigit(first) || (allowingBrackets && first == UInt8(ascii: "[")) else {
            return "is \"\(FieldCheck.excerpt(name))\"; a name starts with a letter or a digit"
        }
        var name = name
        guard name.withUTF8({ $0.allSatisfy { self.isAllowed($0, allowingBrackets: allowingBrackets) } }) else {
            let allowed = allowingBrackets ? "A-Z a-z 0-9 . _ : @ - [ ]" : "A-Z a-z 0-9 . _ : @ -"
            return "is \"\(FieldCheck.excerpt(name))\"; a name has only \(allowed)"
        }
        return nil
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isAllowed(_ byte: UInt8, allowingBrackets: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "-"): true
        case UInt8(ascii: "["), UInt8(ascii: "]"): allowingBrackets
        default: self.isLetterOrDigit(byte)
        }
    }
}
