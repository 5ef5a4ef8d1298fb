import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import RollcallClient
import Subprocess
import Testing

/// Deliveries of the real server to receivers that behave in every way.
@Suite(.serialized)
struct WebhookTests {
    private static let service = ServiceKey(name: "payments")
    private static let flags = ["--outbound-deny", "127.66.0.0/16", "--webhooks-timeout", "2s"]

    private static func register(_ index: Int, _ client: RollcallClient) async throws -> Int {
        let spec = InstanceSpec(host: "127.0.0.1", port: UInt16(index + 1), ttl: .never)
        let answer = try await client.register(Registration(service: Self.service, instanceID: "i\(index)", spec: spec))
        return Int(answer.value.revision.rawValue)
    }

    private static func subscribe(
        _ url: String, _ client: RollcallClient, to service: ServiceKey = service
    ) async throws -> String {
        try await client.subscribe(SubscriptionRequest(service: service, clientID: "test", callback: url))
            .value.subscription.id
    }

    private static func progress(_ id: String, _ client: RollcallClient) async throws -> DeliveryProgress {
        try await client.subscription(id).value.subscription.progress
    }

    /// Whatever a receiver does, its state says so, and a healthy one beside it hears of each change at once.
    @Test(arguments: [
        ("answers 500", CallbackReceiver.Manner.status(500), "The receiver answered 500"),
        ("hangs", .hang, "did not answer within 2s"),
        ("is slow beyond the time", .slow(200, .seconds(5)), "did not answer within 2s"),
        ("redirects", .redirect(302, to: "http://127.66.0.1:1/"), "redirects are not followed"),
    ])
    func aReceiverThatMisbehavesIsRetriedAndDelaysNobody(
        _ name: String, _ manner: CallbackReceiver.Manner, _ error: String
    ) async throws {
        try await LiveServer.run(flags: Self.flags) { server in
            try await CallbackReceiver.run(manner) { bad in
                try await CallbackReceiver.run(host: "127.0.0.2") { good in
                    try await server.withClient { client in
                        let badID = try await Self.subscribe(bad.url, client)
                        let goodID = try await Self.subscribe(good.url, client)
                        try await eventually("the bad one is retried") {
                            let progress = try await Self.progress(badID, client)
                            return progress.status == .retrying && progress.error.contains(error)
                                && progress.retryCount > 0 && progress.lastNotify == nil
                        }
                        var slowest = Duration.zero
                        var revision = 0
                        for index in 0..<30 {
                            revision = try await Self.register(index, client)
                            let start = ContinuousClock.now
                            try await eventually("the good one hears of it") { good.taken.last?.revision == revision }
                            slowest = max(slowest, ContinuousClock.now - start)
                        }
                        // Far below the bad one's 2 s: it is not waited for. The poll above takes 20 ms a turn.
                        #expect(slowest < .milliseconds(1_500), "\(name): \(slowest)")
                        print("webhooks: beside a receiver that \(name), the slowest of 30 deliveries took \(slowest)")
                        #expect(try await Self.progress(goodID, client).status == .active)

                        bad.be(.status(200))
                        try await eventually("the bad one catches up") { bad.taken.last?.revision == revision }
                        try await eventually("its state is right") {
                            let progress = try await Self.progress(badID, client)
                            return progress.status == .active && progress.error.isEmpty && progress.retryCount == 0
                                && progress.acknowledged == Revision(Int64(revision))
                        }
                        #expect(bad.taken.last?.instances.count == 30)
                    }
                }
            }
        }
    }

    @Test func oneThatIsDownIsServedWhenItComesUp() async throws {
        try await LiveServer.run(flags: Self.flags) { server in
            try await CallbackReceiver.run { receiver in
                try await receiver.close()
                try await server.withClient { client in
                    let id = try await Self.subscribe(receiver.url, client)
                    try await eventually("it is retried") {
                        let progress = try await Self.progress(id, client)
                        return progress.status == .retrying && progress.error.contains("could not be connected")
                    }
                    let revision = try await Self.register(1, client)
                    try await receiver.open()
                    try await eventually("it is told") { receiver.taken.last?.revision == revision }
                }
            }
        }
    }

    @Test func anEndlessBodyCostsNoMemoryAndConfirms() async throws {
        try await LiveServer.run(flags: Self.flags) { server in
            try await CallbackReceiver.run(.endless) { receiver in
                try await server.withClient { client in
                    let id = try await Self.subscribe(receiver.url, client)
                    for index in 0..<20 {
                        let revision = try await Self.register(index, client)
                        try await eventually("it counts as taken") {
                            try await Self.progress(id, client).acknowledged == Revision(Int64(revision))
                        }
                    }
                    let status = try String(contentsOfFile: "/proc/\(server.program.processID)/status", encoding: .utf8)
                    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
                    let kilobytes = line.flatMap { Int($0.filter(\.isNumber)) } ?? .max
                    print("webhooks: 20 endless bodies, the server's memory at its highest \(kilobytes / 1_024) MiB")
                    #expect(kilobytes < 400 << 10)
                }
            }
        }
    }

    @Test func aForbiddenAddressSeesNoConnectionWhicheverWayItIsNamed() async throws {
        try await LiveServer.run(flags: Self.flags + ["--webhooks-max-backoff", "1s"]) { server in
            try await CallbackReceiver.run(host: "127.66.0.1") { forbidden in
                try await CallbackReceiver.run { redirecting in
                    try await server.withClient { client in
                        for url in [forbidden.url, "http://[::ffff:127.66.0.1]:\(forbidden.port)/"] {
                            let error = await #expect(throws: RollcallClientError.self) {
                                _ = try await Self.subscribe(url, client)
                            }
                            #expect(error?.problem?.fields.map(\.field) == ["callback"])
                        }
                        // Only the resolver reads this as that address: it may be subscribed to and is never dialled.
                        let named = try await Self.subscribe("http://0x7f.66.0.1:\(forbidden.port)/", client)
                        var redirected: [String] = []
                        for status in [301, 302, 303, 307, 308] {
                            redirecting.be(.redirect(status, to: forbidden.url))
                            let id = try await Self.subscribe(redirecting.url, client)
                            redirected.append(id)
                            try await eventually("\(status) is a failure that says so") {
                                try await Self.progress(id, client).error.contains("redirects are not followed")
                            }
                        }
                        try await eventually("the name is a failure that says so") {
                            let error = try await Self.progress(named, client).error
                            return error.contains("outbound.deny") || error.contains("no address")
                        }
                        try await eventually("each is tried again") {
                            for id in redirected + [named]
                            where try await Self.progress(id, client).retryCount < 3 { return false }
                            return true
                        }
                        #expect(forbidden.connections == 0)
                    }
                }
            }
        }
    }

    @Test func afterARestartItGoesOnFromTheLastAcknowledgedRevision() async throws {
        let directory = try TemporaryDirectory()
        try await CallbackReceiver.run { steady in
            try await CallbackReceiver.run(host: "127.0.0.2") { flapping in
                let port = try await FreePort.find()
                let made = Box<[String]>([])
                try await LiveServer.run(directory: directory.path, port: port, flags: Self.flags) { server in
                    try await server.withClient { client in
                        let steadyID = try await Self.subscribe(steady.url, client)
                        let flappingID = try await Self.subscribe(flapping.url, client)
                        made.value = [steadyID, flappingID]
                        let revision = try await Self.register(0, client)
                        try await eventually("both are told") {
                            steady.taken.last?.revision == revision && flapping.taken.last?.revision == revision
                        }
                        flapping.be(.status(503))
                        let newest = try await Self.register(1, client)
                        try await eventually("one is told") { steady.taken.last?.revision == newest }
                        try await eventually("the other refuses") {
                            try await Self.progress(flappingID, client).status == .retrying
                        }
                        try await eventually("what was taken is committed") {
                            try await Self.progress(steadyID, client).acknowledged == Revision(Int64(newest))
                        }
                        // No time to say good-bye.
                        server.program.send(.kill)
                    }
                }
                let before = (steady: steady.deliveries.count, highest: flapping.deliveries.map(\.sequence).max() ?? 0)
                flapping.be(.status(200))
                try await LiveServer.run(directory: directory.path, port: port, flags: Self.flags) { server in
                    try await eventually("the other catches up") { flapping.taken.last?.instances.count == 2 }
                    #expect(flapping.taken.last?.sequence ?? 0 > before.highest, "a number that was never used")
                    #expect(steady.deliveries.count == before.steady, "what was acknowledged is not sent again")
                    try await server.withClient { client in
                        let revision = try await Self.register(2, client)
                        try await eventually("both go on") {
                            steady.taken.last?.revision == revision && flapping.taken.last?.revision == revision
                        }
                        #expect(try await Self.progress(made.value[1], client).status == .active)
                    }
                }
            }
        }
    }

    @Test func aFlappingReceiverGetsEverythingInOrder() async throws {
        try await LiveServer.run(flags: Self.flags + ["--webhooks-max-backoff", "1s"]) { server in
            try await CallbackReceiver.run { receiver in
                try await server.withClient { client in
                    _ = try await Self.subscribe(receiver.url, client)
                    var revision = 0
                    for index in 0..<60 {
                        if index % 6 == 0 { receiver.be(.status(index % 12 == 0 ? 500 : 200)) }
                        revision = try await Self.register(index, client)
                    }
                    receiver.be(.status(200))
                    try await eventually("it has the newest") { receiver.taken.last?.revision == revision }
                    let sequences = receiver.deliveries.map(\.sequence)
                    #expect(sequences == sequences.sorted())
                    #expect(receiver.deliveries.map(\.revision) == receiver.deliveries.map(\.revision).sorted())
                    let taken = receiver.taken.map(\.sequence)
                    #expect(Set(taken).count == taken.count, "what was confirmed is not sent again")
                    for (sequence, group) in Dictionary(grouping: receiver.deliveries, by: \.sequence) {
                        #expect(Set(group.map(\.webhookID)).count == 1, "delivery \(sequence) has one id")
                        #expect(Set(group.map(\.body)).count == 1, "and one body")
                    }
                    #expect(receiver.taken.last?.instances.count == 60)
                }
            }
        }
    }

    @Test func itGivesUpAndIsRevivedByCommand() async throws {
        let flags = Self.flags + ["--webhooks-give-up-after", "2s", "--webhooks-max-backoff", "1s"]
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
                #expect(listed.output.contains(id) && listed.output.contains("answered 500"))
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
        try await LiveServer.run(flags: Self.flags) { server in
            try await CallbackReceiver.run { receiver in
                try await server.withClient { client in
                    _ = try await Self.subscribe(receiver.url, client)
                    try await eventually("it is told") { !receiver.taken.isEmpty }
                }
                try await eventually("the figures say so") {
                    let text = try await HTTPClient.withManyConnections { http in
                        String(
                            decoding: try await http.get("http://\(server.metricsAddress)/metrics").body, as: UTF8.self)
                    }
                    return text.contains("rollcall_subscriptions{status=\"active\"} 1\n")
                        && text.contains("rollcall_webhook_deliveries_total{result=\"taken\"} 1\n")
                        && text.contains("rollcall_webhook_delivery_duration_seconds_count 1\n")
                }
            }
        }
    }
}
