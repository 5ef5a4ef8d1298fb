import Foundation
import RollcallClient
import Testing

/// Deliveries of the real server to receivers that behave in every way.
@Suite(.serialized)
struct WebhookTests {
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
        try await LiveServer.run(flags: Hook.flags) { server in
            try await CallbackReceiver.run(manner) { bad in
                try await CallbackReceiver.run(host: "127.0.0.2") { good in
                    try await server.withClient { client in
                        let badID = try await Hook.subscribe(bad.url, client)
                        let goodID = try await Hook.subscribe(good.url, client)
                        try await eventually("the bad one is retried") {
                            let progress = try await Hook.progress(badID, client)
                            return progress.status == .retrying && progress.error.contains(error)
                                && progress.retryCount > 0 && progress.lastNotify == nil
                        }
                        var slowest = Duration.zero
                        var revision = 0
                        for index in 0..<30 {
                            revision = try await Hook.register(index, client)
                            let start = ContinuousClock.now
                            try await eventually("the good one hears of it") { good.taken.last?.revision == revision }
                            slowest = max(slowest, ContinuousClock.now - start)
                        }
                        // Far below the bad one's 2 s: it is not waited for. The poll above takes 20 ms a turn.
                        #expect(slowest < .milliseconds(1_500), "\(name): \(slowest)")
                        print("webhooks: beside a receiver that \(name), the slowest of 30 deliveries took \(slowest)")
                        #expect(try await Hook.progress(goodID, client).status == .active)

                        bad.be(.status(200))
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
                    }
                }
            }
        }
    }
}
