import RegistryJSON
import RegistryModel
import RegistryTestKit
import Testing

@Suite("Bodies of subscriptions")
struct SubscriptionBodyTests {
    private static let full = SubscriptionDocument(
        id: "s", service: ServiceKey(namespace: "blue", name: "payments"), clientID: "web",
        callback: "https://a.example/x?y", metadata: ["k": "v"], createdAt: Sample.time,
        updatedAt: Sample.time.advanced(by: .seconds(1)),
        progress: DeliveryProgress(
            status: .retrying, acknowledged: Revision(7), sequence: 9, lastNotify: Sample.time, error: "why \"so\"",
            retryCount: 3))

    @Test func anAnswerIsReadAsItWasWritten() throws {
        for answer in [
            SubscriptionAnswer(subscription: Self.full),
            SubscriptionAnswer(subscription: Self.full, secret: "whsec_x", revision: Revision(8), warnings: ["a.b"]),
            SubscriptionAnswer(
                subscription: SubscriptionDocument(
                    id: "t", service: ServiceKey(name: "a"), callback: "http://a/", createdAt: Sample.time,
                    updatedAt: Sample.time)),
        ] {
            var writer = JSONWriter()
            writer.subscription(answer)
            #expect(try AnswerBody.subscription(writer.bytes.span) == answer)
        }
    }

    @Test func aDocumentHasNoSecret() {
        var subscription = Sample.subscription()
        subscription.secret = "whsec_hidden"
        var writer = JSONWriter()
        writer.subscription(SubscriptionAnswer(subscription: SubscriptionDocument(subscription)))
        #expect(!String(decoding: writer.bytes, as: UTF8.self).contains("hidden"))
    }

    @Test func aRequestIsReadAsItWasWritten() throws {
        let secret = "whsec_" + Base64.encode([UInt8](repeating: 1, count: 64))
        for request in [
            SubscriptionRequest(
                service: ServiceKey(namespace: "blue", name: "a"), clientID: "web", callback: "http://127.0.0.1:9/x",
                secret: secret, metadata: ["k": "v"]),
            SubscriptionRequest(service: ServiceKey(name: "a"), callback: "https://[::1]/"),
        ] {
            var writer = JSONWriter()
            writer.subscriptionRequest(request)
            let decoded = try RequestBody.subscription(writer.bytes.span, defaultNamespace: nil)
            #expect(decoded.value == request)
            #expect(decoded.errors.isEmpty && decoded.warnings.isEmpty)
        }
    }

    @Test func aDeliveryBeginsWithWhatItIsAboutAndEndsWithTheSnapshot() {
        var writer = JSONWriter()
        writer.beginDelivery(
            of: "s", ServiceKey(namespace: "n", name: "a"), revision: Revision(5), sequence: 2)
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(
            text == #"{"subscription_id":"s","namespace":"n","service":"a","revision":5,"sequence":2,"snapshot":"#)
    }
}
