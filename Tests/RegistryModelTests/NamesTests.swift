import RegistryModel
import Testing

struct NamesTests {
    @Test(arguments: [
        "a", "Z", "0", "payments", "pay-ments", "pay_ments", "pay.ments", "pay:ments", "pay@ments", "a-", "a.", "a..b",
        "127.0.0.1:80",
        "1a", "A1._:@-", String(repeating: "n", count: 255),
    ])
    func allows(name: String) {
        #expect(Names.fault(in: name, allowingBrackets: false) == nil)
        #expect(Names.fault(in: name, allowingBrackets: true) == nil)
    }

    @Test(arguments: [
        "", " ", "-a", ".a", "_a", ":a", "@a", "..", "../etc", "a/b", "a b", "a\n", "a\0", "a%2f", "a*", "ä",
        "a\u{0308}", "名", "a\\b", "a,b", "a;b", "a?b", "a#b", "a=b", "a(b", "a\u{7f}", "\u{130}", "a\u{2024}b",
        String(repeating: "n", count: 256),
    ])
    func refuses(name: String) {
        #expect(Names.fault(in: name, allowingBrackets: false) != nil)
        #expect(Names.fault(in: name, allowingBrackets: true) != nil)
    }

    @Test(arguments: ["[::1]:8080", "[", "a[0]", "]"])
    func bracketsAreForInstances(name: String) {
        #expect(Names.fault(in: name, allowingBrackets: false) != nil)
        #expect((Names.fault(in: name, allowingBrackets: true) == nil) == (name != "]"))
    }

    @Test func everyASCIICharacterIsInOrOut() {
        let allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@-"
        for value in UInt8(0)..<128 {
            let character = Character(Unicode.Scalar(value))
            let isAllowed = allowed.contains(character)
            #expect((Names.fault(in: "a\(character)", allowingBrackets: false) == nil) == isAllowed)
            #expect(
                (Names.fault(in: "a\(character)", allowingBrackets: true) == nil)
                    == (isAllowed || "[]".contains(character)))
            let mayStart = character.isLetter || character.isNumber
            #expect((Names.fault(in: "\(character)", allowingBrackets: false) == nil) == mayStart)
        }
    }

    @Test func saysWhatIsWrong() throws {
        #expect(Names.fault(in: "", allowingBrackets: false) == "is empty; a name has 1 to 255 characters")
        #expect(
            Names.fault(in: String(repeating: "n", count: 300), allowingBrackets: false)
                == "has 300 bytes; a name has at most 255")
        #expect(Names.fault(in: "-a", allowingBrackets: false) == "is \"-a\"; a name starts with a letter or a digit")
        #expect(Names.fault(in: "a/b", allowingBrackets: false) == "is \"a/b\"; a name has only A-Z a-z 0-9 . _ : @ -")
        #expect(
            Names.fault(in: "a/b", allowingBrackets: true) == "is \"a/b\"; a name has only A-Z a-z 0-9 . _ : @ - [ ]")
        let hostile = try #require(Names.fault(in: "a\u{1b}[2J\u{9b}31m\n", allowingBrackets: false))
        #expect(!hostile.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }

    @Test func excerptIsShortAndPrintable() {
        #expect(FieldCheck.excerpt("payments") == "payments")
        #expect(FieldCheck.excerpt("") == "")
        #expect(FieldCheck.excerpt("a\tb\0c\u{7f}\u{85}") == "a?b?c??")
        #expect(FieldCheck.excerpt(String(repeating: "x", count: 40)) == String(repeating: "x", count: 40))
        #expect(FieldCheck.excerpt(String(repeating: "x", count: 41)) == String(repeating: "x", count: 40) + "…")
        #expect(FieldCheck.excerpt("\r\n") == "??")
    }
}
