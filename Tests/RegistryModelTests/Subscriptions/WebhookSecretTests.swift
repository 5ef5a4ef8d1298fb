import Foundation
import RegistryModel
import Testing

@Suite("Secrets of subscriptions")
struct WebhookSecretTests {
    @Test func aMadeSecretIsSoundAndHas32Bytes() {
        var generator = SystemRandomNumberGenerator()
        let secrets = (0..<100).map { _ in WebhookSecret.make(using: &generator) }
        #expect(Set(secrets).count == 100)
        for secret in secrets {
            #expect(WebhookSecret.fault(in: secret) == nil)
            #expect(WebhookSecret.key(of: secret)?.count == 32)
        }
    }

    @Test func lengthAndFormAreChecked() {
        for count in 0...70 {
            let secret = "whsec_" + Data(repeating: 7, count: count).base64EncodedString()
            #expect((WebhookSecret.fault(in: secret) == nil) == (24...64).contains(count), "\(count) bytes")
        }
        let sound = Data(repeating: 7, count: 32).base64EncodedString()
        for text in ["", "whsec_", sound, "WHSEC_\(sound)", "whsec_\(sound) ", "whsec_-\(sound.dropFirst())"] {
            #expect(WebhookSecret.fault(in: text) != nil, "\(text)")
        }
    }

    @Test func aFaultDoesNotShowTheSecret() {
        #expect(WebhookSecret.fault(in: "hunter2hunter2")?.contains("hunter2") == false)
    }

    @Test func base64IsFoundations() {
        for count in 0...66 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            let text = Data(bytes).base64EncodedString()
            #expect(Base64.encode(bytes) == text)
            #expect(Base64.decode(text) == bytes)
        }
    }

    @Test(arguments: ["A", "AA", "AAA", "AA=A", "====", "A===", "AB==", "AAB=", "AA-_", "AAA\n", "QUJD=", "AA==AA=="])
    func whatIsNoBase64IsRefused(_ text: String) { #expect(Base64.decode(text) == nil) }
}
