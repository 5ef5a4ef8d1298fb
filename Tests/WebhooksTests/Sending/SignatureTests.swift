import NIOCore
import RegistryModel
import Testing

@testable import Webhooks

@Suite("Signatures are those of Standard Webhooks")
struct SignatureTests {
    /// The example of the specification and of every library that follows it.
    @Test func theVectorOfTheSpecification() throws {
        let key = try #require(WebhookSecret.key(of: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let body = ByteBuffer(string: "{\"test\": 2432232314}")
        let value = Signature.value(
            key: key, id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: [body])
        #expect(value == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func theBodyMayComeInParts() {
        let parts = ["{\"te", "st\": 2432", "", "232314}"].map { ByteBuffer(string: $0) }
        let whole = [ByteBuffer(string: "{\"test\": 2432232314}")]
        let key: [UInt8] = Array(0..<32)
        #expect(
            Signature.value(key: key, id: "a.1", seconds: 7, body: parts)
                == Signature.value(key: key, id: "a.1", seconds: 7, body: whole))
    }

    @Test func keyIdTimeAndBodyAllCount() {
        let body = [ByteBuffer(string: "{}")]
        let values = [
            Signature.value(key: [1], id: "a", seconds: 7, body: body),
            Signature.value(key: [2], id: "a", seconds: 7, body: body),
            Signature.value(key: [1], id: "b", seconds: 7, body: body),
            Signature.value(key: [1], id: "a", seconds: 8, body: body),
            Signature.value(key: [1], id: "a", seconds: 7, body: [ByteBuffer(string: "{ }")]),
        ]
        #expect(Set(values).count == values.count)
    }
}
