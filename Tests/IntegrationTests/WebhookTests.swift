import AsyncHTTPClient
import Foundation
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Testing

/// Deliveries of the real server to receivers that behave in every way.
@Suite(.serialized)
struct WebhookTests {
    /// Long enough that whoever waited for a receiver that hangs would be seen, and longer than a busy machine makes anybody wait.
    private static let flags = [
        "--outbound-deny", "127.66.0.0/16", "--webhooks-timeout", "10s", "--webhooks-max-backoff", "1s",
    ]

    struct Behaviour: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Nil: nobody listens.
        let manner: CallbackReceiver.Manner?
        /// What its state says; nil: nothing, it is only slow.
        let error: String?

        /// Until it is well again, its state is as the test expects it.
        func isShown(by progress: DeliveryProgress) -> Bool {
            guard let error else { return progress.status == .active && progress.error.isEmpty }
            return progress.status == .retrying && progress.error.contains(error) && progress.retryCount > 0
                && progress.lastNotify == nil
        }
    }

    static let behaviours = [
        Behaviour(testDescription: "answers 500", manner: .status(500), error: "The receiver answered 500"),
        Behaviour(testDescription: "is down", manner: nil, error: "could not be connected"),
        Behaviour(testDescription: "hangs", manner: .hang, error: "did not answer within 10s"),
        Behaviour(testDescription: "is slow", manner: .slow(200, .seconds(1)), error: nil),
        Behaviour(
            testDescription: "is slow beyond the time", manner: .slow(200, .seconds(15)),
            error: "did not answer within 10s"),
        Behaviour(
            testDescription: "redirects", manner: .redirect(302, to: "http://127.66.0.1:1/"),
            error: "redirects are not followed"),
    ]

    /// Whatever a receiver does, its state says so, and a healthy one beside it hears of each change at once.
    @Test(arguments: behaviours)
    func aReceiverThatMisbehavesIsRetriedAndDelaysNobody(_ behaviour: Behaviour) async throws {
        try await LiveServer.run(flags: Self.flags) { server in
            try await CallbackReceiver.run(behaviour.manner ?? .status(200)) { bad in
                if behaviour.manner == nil { try await bad.close() }
                try await CallbackReceiver.run(host: "127.0.0.2") { good in
                    try await server.withClient { client in
                        let badID = try await Hook.subscribe(bad.url, client)
                        let goodID = try await Hook.subscribe(good.url, client)
                        try await eventually("its state says what it does") {
                            behaviour.isShown(by: try await Hook.progress(badID, client))
                        }
                        var slowest = Duration.zero
                        var revision = 0
                        for index in 0..<30 {
                            revision = try await Hook.register(index, client)
                            let start = ContinuousClock.now
                            try await eventually("the good one hears of it") { good.taken.last?.revision == revision }
                            slowest = max(slowest, ContinuousClock.now - start)
                        }
                        // Below the bad one's 10 s: it is not waited for.
                        #expect(slowest < .seconds(8))
                        print(
                            "webhooks: beside one that \(behaviour.testDescription), at most \(slowest) for a delivery")
                        #expect(try await Hook.progress(goodID, client).status == .active)

                        bad.be(.status(200))
                        if behaviour.manner == nil { try await bad.open() }
                        try await eventually("the bad one catches up") { bad.taken.last?.revision == revision }
                        try await eventually("its state is right") {
                            let progress = try await Hook.progress(badID, client)
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
        try await LiveServer.run(flags: Hook.flags) { server in
            try await CallbackReceiver.run { receiver in
                try await receiver.close()
                try await server.withClient { client in
                    let id = try await Hook.subscribe(receiver.url, client)
                    try await eventually("it is retried") {
                        let progress = try await Hook.progress(id, client)
                        return progress.status == .retrying && progress.error.contains("could not be connected")
                    }
                    let revision = try await Hook.register(1, client)
                    try await receiver.open()
                    try await eventually("it is told") { receiver.taken.last?.revision == revision }
                }
            }
        }
    }

    @Test func anEndlessBodyCostsNoMemoryAndConfirms() async throws {
        try await LiveServer.run(flags: Hook.flags) { server in
            try await CallbackReceiver.run(.endless) { receiver in
                try await server.withClient { client in
                    let id = try await Hook.subscribe(receiver.url, client)
                    for index in 0..<20 {
                        let revision = try await Hook.register(index, client)
                        try await eventually("it counts as taken") {
                            try await Hook.progress(id, client).acknowledged == Revision(Int64(revision))
                        }
                    }
                    let kilobytes = try Self.mostMemory(server)
                    print("webhooks: 20 endless bodies, the server's memory at its highest \(kilobytes >> 10) MiB")
                    #expect(kilobytes < 400 << 10)
                }
            }
        }
    }

    /// In KiB, since the server was started.
    private static func mostMemory(_ server: LiveServer) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(server.program.processID)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? .max
    }

    /// What changes while a receiver is busy, or away, comes to it as one delivery.
    @Test func manyChangesAreFewDeliveriesAndLittleMemory() async throws {
        try await LiveServer.run(flags: Self.flags) { server in
            try await CallbackReceiver.run(.slow(200, .milliseconds(500))) { slow in
                try await CallbackReceiver.run(host: "127.0.0.2", .status(500)) { failing in
                    try await server.withClient { client in
                        for receiver in [slow, failing] { _ = try await Hook.subscribe(receiver.url, client) }
                        let start = ContinuousClock.now
                        for index in 0..<2_000 { _ = try await Hook.register(index % 20, client, weight: index) }
                        let revision = try await Hook.register(0, client, weight: 2_000)
                        let seconds = Int((ContinuousClock.now - start) / .seconds(1)) + 1
                        failing.be(.status(200))
                        for receiver in [slow, failing] {
                            try await eventually("it has the newest") { receiver.taken.last?.revision == revision }
                            #expect(receiver.taken.last?.instances.count == 20)
                        }
                        let counts = [slow, failing].map(\.deliveries.count)
                        print("webhooks: 2,001 changes in \(seconds) s were \(counts) deliveries")
                        // Two in a second, and one before and after.
                        #expect(counts[0] <= 2 * seconds + 3)
                        // Tried again after 0.5 s at least, and sooner at first.
                        #expect(counts[1] <= 2 * seconds + 10)
                        #expect(seconds < 120, "or the bounds above would not mean anything")
                        #expect(try Self.mostMemory(server) < 400 << 10)
                    }
                }
            }
        }
    }

    @Test func aForbiddenAddressSeesNoConnectionWhicheverWayItIsNamed() async throws {
        try await LiveServer.run(flags: Hook.flags + ["--webhooks-max-backoff", "1s"]) { server in
            try await CallbackReceiver.run(host: "127.66.0.1") { forbidden in
                try await CallbackReceiver.run { redirecting in
                    try await server.withClient { client in
                        for url in [forbidden.url, "http://[::ffff:127.66.0.1]:\(forbidden.port)/"] {
                            let error = await #expect(throws: RollcallClientError.self) {
                                _ = try await Hook.subscribe(url, client)
                            }
                            #expect(error?.problem?.fields.map(\.field) == ["callback"])
                        }
                        // Only the resolver reads this as that address: it may be subscribed to and is never dialled.
                        let named = try await Hook.subscribe("http://0x7f.66.0.1:\(forbidden.port)/", client)
                        var redirected: [String] = []
                        for status in [301, 302, 303, 307, 308] {
                            redirecting.be(.redirect(status, to: forbidden.url))
                            let id = try await Hook.subscribe(redirecting.url, client)
                            redirected.append(id)
                            try await eventually("\(status) is a failure that says so") {
                                try await Hook.progress(id, client).error.contains("redirects are not followed")
                            }
                        }
                        try await eventually("the name is a failure that says so") {
                            let error = try await Hook.progress(named, client).error
                            return error.contains("outbound.deny") || error.contains("no address")
                        }
                        try await eventually("each is tried again") {
                            for id in redirected + [named]
                            where try await Hook.progress(id, client).retryCount < 3 { return false }
                            return true
                        }
                        #expect(forbidden.connections == 0)
                        // It would have been seen.
                        _ = try await HTTPClient.withManyConnections { try await $0.get(forbidden.url) }
                        #expect(forbidden.connections == 1)
                    }
                }
            }
        }
    }
}
