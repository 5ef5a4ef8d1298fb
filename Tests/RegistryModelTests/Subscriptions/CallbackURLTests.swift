import RegistryModel
import Testing

@Suite("Callback URLs")
struct CallbackURLTests {
    @Test(arguments: [
        ("http://a", "a", 80, "/", "a"), ("https://A.Example/x?y=1", "a.example", 443, "/x?y=1", "a.example"),
        ("HTTP://127.0.0.1:8080", "127.0.0.1", 8080, "/", "127.0.0.1:8080"),
        ("https://[::1]:8443/%41", "::1", 8443, "/%41", "[::1]:8443"), ("http://[::1]", "::1", 80, "/", "[::1]"),
        ("http://a?x", "a", 80, "/?x", "a"), ("http://a:80/", "a", 80, "/", "a"),
        ("https://a:80/", "a", 80, "/", "a:80"),
        ("http://a//b/../c", "a", 80, "//b/../c", "a"), ("http://a/@b:c", "a", 80, "/@b:c", "a"),
    ])
    func areTakenApart(_ text: String, host: String, port: Int, target: String, authority: String) throws {
        let url = try CallbackURL(text)
        #expect(url.host == host)
        #expect(Int(url.port) == port)
        #expect(url.target == target)
        #expect(url.authority == authority)
        #expect(url.isSecure == text.lowercased().hasPrefix("https"))
    }

    @Test(arguments: [
        ("", "is empty"), ("a", "begins with http"), ("/x", "begins with http"), ("ftp://a", "begins with http"),
        ("file:///etc/passwd", "begins with http"), ("http:/a", "begins with http"), ("http://", "host"),
        ("http:///x", "host"), ("http://a#b", "fragment"), ("http://a/x#", "fragment"), ("http://u@a", "user"),
        ("http://u:p@a/x", "user"), ("http://127.0.0.1@evil", "user"), ("http://a\\@b", "character"),
        ("http://a b", "character"), ("http://ä", "character"), ("http://a/\u{7f}", "character"),
        ("http://a/\r\nHost: b", "character"), ("http://a:0", "port"), ("http://a:65536", "port"),
        ("http://a:", "port"), ("http://a:+80", "port"), ("http://a:8x", "port"), ("http://[::1", "host"),
        ("http://[::1]x", "brackets"), ("http://[a]", "brackets"), ("http://::1", "host"), ("http://a%41", "host"),
        ("http://127.1", "host"), ("http://2130706433", "host"), ("http://0177.0.0.1", "host"), ("http://-a", "host"),
        ("http://a/%4", "%"), ("http://a/%zz", "%"), ("http://a/?%", "%"), ("http://[fe80::1%25eth0]/", "host"),
    ])
    func whatIsNoneIsRefusedWithTheReason(_ text: String, reason: String) {
        do throws(CallbackURL.Fault) {
            let url = try CallbackURL(text)
            Issue.record("\(text) was taken as \(url)")
        } catch {
            #expect(error.message.contains(reason), "\(text): \(error.message)")
        }
    }

    @Test func lengthIsBounded() throws {
        let longest = "http://a/" + String(repeating: "x", count: Limits.callbackBytes.upperBound - 9)
        _ = try CallbackURL(longest)
        #expect(throws: CallbackURL.Fault.self) { try CallbackURL(longest + "x") }
    }
}
