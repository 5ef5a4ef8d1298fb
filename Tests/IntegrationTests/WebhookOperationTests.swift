import AsyncHTTPClient
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Testing

/// Webhooks as operators see them: commands and figures.
@Suite(.serialized)
struct WebhookOperationTests {
    @Test func itGivesUpAndIsRevivedByCommand() async throws {
        let flags = Hook.flags + ["--webhooks-give-up-after", "2s", "--webhooks-max-backoff", "1s"]
        try await LiveServer.run(flags: flags) { server in
            try await CallbackReceiver.run(.status(500)) { receiver in
                let added = try await server.rollcall(
                    "subscriptions", "add", "payments", receiver.url, "--client", "me")
                #expect(added.status == 0, "\(added.errors)")
                #expect(added.output.contains("whsec_"))
                let id = try #require(added.output.split(separator: " ").dropFirst().first.map(String.init))
                try await eventually("it gives up") {
                    try await server.rollcall("subscriptions", "show", id).output.contains("failed")
                }
                let count = receiver.deliveries.count
                let listed = try await server.rollcall("subscriptions", "list", "--status", "failed")
                // On a busy machine the last try may have run out of time instead of being answered 500.
                #expect(listed.output.contains(id) && listed.output.contains("The receiver"), "\(listed.output)")
                #expect(!listed.output.contains("whsec_"))
                receiver.be(.status(200))
                let json = try await server.rollcall("subscriptions", "show", id, "--output", "json")
                #expect(json.output.contains("\"retry_count\":"))
                #expect(receiver.deliveries.count == count, "nothing is tried meanwhile")
                #expect(try await server.rollcall("subscriptions", "revive", id).status == 0)
                try await eventually("it is told") { receiver.taken.count == 1 }
                let removed = try await server.rollcall("subscriptions", "remove", id)
                #expect(removed.status == 0)
                #expect(try await server.rollcall("subscriptions", "show", id).status == 4)
                #expect(!server.program.errors.text.contains("whsec_"), "no secret is logged")
            }
        }
    }

    @Test func metricsCountDeliveriesAndSubscriptions() async throws {
        try await LiveServer.run(flags: Hook.flags) { server in
            try await CallbackReceiver.run { receiver in
                try await server.withClient { client in
                    let id = try await Hook.subscribe(receiver.url, client)
                    // What is told first is a state, however old, and no change.
                    try await eventually("it is told of the state") {
                        try await Hook.progress(id, client).acknowledged != nil
                    }
                    _ = try await Hook.register(0, client)
                    try await eventually("it is told of the change") { receiver.taken.count == 2 }
                }
                try await eventually("the figures say so") {
                    let text = try await HTTPClient.withManyConnections { http in
                        String(
                            decoding: try await http.get("http://\(server.metricsAddress)/metrics").body, as: UTF8.self)
                    }
                    return text.contains("rollcall_subscriptions{status=\"active\"} 1\n")
                        && text.contains("rollcall_webhook_deliveries_total{result=\"taken\"} 2\n")
                        && text.contains("rollcall_propagation_seconds_count{subscriber=\"webhook\"} 1\n")
                        && text.contains("rollcall_webhook_delivery_duration_seconds_count 2\n")
                }
            }
        }
    }
}
