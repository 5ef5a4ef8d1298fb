import Testing

@testable import RollcallClient

struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("registry.example", "http://registry.example:8080"),
        ("http://registry.example", "http://registry.example:80"),
        ("https://registry.example", "https://registry.example:443"),
        ("HTTPS://registry.example:8443/", "https://registry.example:8443"),
        ("http://127.0.0.1:9/", "http://127.0.0.1:9"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("http://[::1]", "http://[::1]:80"),
        ("localhost:65535", "http://localhost:65535"),
    ])
    func reads(text: String, url: String) throws {
        #expect(try ServerAddress(text).description == url)
    }

    @Test(arguments: [
        "", ":8080", "host:", "host:0", "host:65536", "host:+1", "host:80:81", "http://", "ftp://host",
        "http://host/path",
        "http://user@host", "http://host?x=1", "::1", "[::1", "[::1]x", "[host]:80", "ho st", "-host", "host:８０",
    ])
    func refuses(text: String) {
        let error = #expect(throws: RollcallClientError.self) { try ServerAddress(text) }
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains("write host:port") == true)
    }

    @Test func theEnvironmentIsReadAndItsFaultsAreNamed() throws {
        let configuration = try RollcallClientConfiguration(environment: [
            "ROLLCALL_ADDRESS": "127.0.0.1:1234", "ROLLCALL_TOKEN": "secret", "HOME": "/",
        ])
        #expect(configuration.address == ServerAddress(host: "127.0.0.1", port: 1_234))
        #expect(configuration.token?.secret == "secret")
        let bare = try RollcallClientConfiguration(environment: ["ROLLCALL_ADDRESS": "", "ROLLCALL_TOKEN": ""])
        #expect(bare.address == .local)
        #expect(bare.token == nil)
        let error = #expect(throws: RollcallClientError.self) {
            try RollcallClientConfiguration(environment: ["ROLLCALL_ADDRESS": "nowhere/at/all"])
        }
        #expect(error?.message.contains("ROLLCALL_ADDRESS") == true)
    }

    @Test func noWayOfPrintingShowsTheToken() throws {
        let secret = "s3cr3t-value"
        var configuration = RollcallClientConfiguration()
        configuration.token = try AccessToken(secret)
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [
            "\(configuration)", String(reflecting: configuration), String(describing: configuration.token), dumped,
        ] {
            #expect(!text.contains(secret))
        }
    }

    @Test func aTokenThatCannotStandInAHeaderIsRefusedWithoutBeingShown() {
        for secret in ["", "with space", "line\nbreak", "ü", String(repeating: "x", count: 9_000)] {
            let error = #expect(throws: RollcallClientError.self) { try AccessToken(secret) }
            #expect(error?.code == .badConfiguration)
            if secret.count > 1 { #expect(error?.description.contains(secret) == false) }
        }
    }

    @Test func pathAndQueryAreEncoded() {
        var target = RequestTarget("v1", "services", "a/b?c", "instances", "[::1]:80")
        target.add("version", ">=1.2 <2")
        target.add("metadata.team", "a&b=c")
        target.add("absent", nil)
        #expect(
            target.description
                == "/v1/services/a%2Fb%3Fc/instances/%5B%3A%3A1%5D%3A80?version=%3E%3D1.2%20%3C2&metadata.team=a%26b%3Dc"
        )
    }
}
