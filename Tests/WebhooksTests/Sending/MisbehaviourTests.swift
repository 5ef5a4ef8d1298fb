import RegistryModel
import Testing

@testable import Webhooks

@Suite("Receivers that misbehave", .serialized)
struct MisbehaviourTests {
    @Test func nobodyThereIsUnreachable() async throws {
        var port = 0
        try await Receiver.run(.hang) { port = $0.port }
        let outcome = try await Sending.sender().send(Sending.message("http://127.0.0.1:\(port)/"))
        #expect(outcome.kind == .unreachable)
        let nowhere = try await Sending.sender().send(Sending.message("http://no-such-name.invalid/"))
        #expect(nowhere.kind == .unreachable)
        #expect(nowhere.error.contains("no address"))
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nX-Slow: "]) func whoHangsIsATimeout(_ beginning: String) async throws {
        try await Receiver.run(beginning.isEmpty ? .hang : .answerAndStay(beginning)) { receiver in
            let start = ContinuousClock.now
            let outcome = try await Sending.sender(timeout: .milliseconds(300))
                .send(Sending.message("http://127.0.0.1:\(receiver.port)/"))
            #expect(outcome.kind == .timeout)
            #expect(outcome.error.contains("300ms"))
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test(arguments: [TimeSpan.milliseconds(300), .seconds(20)])
    func theStatusCountsThoughTheRestDoesNotComeAndNoConnectionIsLeft(_ timeout: TimeSpan) async throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthat is all"
        try await Receiver.run(.answerAndStay(answer)) { receiver in
            let start = ContinuousClock.now
            let outcome = try await Sending.sender(timeout: timeout)
                .send(Sending.message("http://127.0.0.1:\(receiver.port)/"))
            #expect(outcome.kind == .taken)
            #expect(ContinuousClock.now - start < .seconds(15))
            let deadline = ContinuousClock.now + .seconds(60)
            while receiver.closed == 0, ContinuousClock.now < deadline { await Task.yield() }
            #expect(receiver.closed == 1)
        }
    }

    @Test func whoClosesOrSpeaksNoHTTPIsUnreachable() async throws {
        for behaviour: Receiver.Behaviour in [.close, .answer("SSH-2.0-x\r\n"), .answer("HTTP/1.1 200 OK\r\n")] {
            try await Receiver.run(behaviour) { receiver in
                let outcome = try await Sending.sender().send(Sending.message("http://127.0.0.1:\(receiver.port)/"))
                #expect(outcome.kind == .unreachable, "\(behaviour): \(outcome)")
            }
        }
    }

    @Test func anEndlessBodyIsNotReadAndTheStatusCounts() async throws {
        for (status, kind) in [(200, DeliveryOutcome.Kind.taken), (500, .refused)] {
            let head = "HTTP/1.1 \(status) X\r\nTransfer-Encoding: chunked\r\n\r\n"
            let chunk = "10\r\n0123456789abcdef\r\n"
            try await Receiver.run(.flood(head, chunk)) { receiver in
                let outcome = try await Sending.sender().send(Sending.message("http://127.0.0.1:\(receiver.port)/"))
                #expect(outcome.kind == kind)
                let deadline = ContinuousClock.now + .seconds(60)
                while receiver.closed == 0, ContinuousClock.now < deadline { await Task.yield() }
                #expect(receiver.closed == 1)
                // It is closed on after 64 KiB; what was written beyond that lay in the sockets.
                #expect(receiver.written < 32 << 20)
            }
        }
    }

    @Test func anEndlessHeadEndsTheConnection() async throws {
        try await Receiver.run(.flood("HTTP/1.1 200 OK\r\n", "X-More: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")) {
            receiver in
            let outcome = try await Sending.sender().send(Sending.message("http://127.0.0.1:\(receiver.port)/"))
            #expect(outcome.kind == .unreachable, "\(outcome)")
        }
    }

    @Test func aCancelledDeliveryEndsSoon() async throws {
        try await Receiver.run(.hang) { receiver in
            let message = try Sending.message("http://127.0.0.1:\(receiver.port)/")
            let sender = try Sending.sender(timeout: .hours(1))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = await sender.send(message) }
                while receiver.text.isEmpty { await Task.yield() }
                group.cancelAll()
            }
        }
    }
}
