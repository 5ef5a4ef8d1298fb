import Dispatch
import Outbound
import RegistryModel
import Synchronization
import Testing

@testable import Webhooks

@Suite("Receivers that misbehave", .serialized)
struct MisbehaviourTests {
    @Test func nobodyThereIsUnreachable() async throws {
        // tcpmux: a port that systems give to nobody who asks for a free one, unlike one that another test just left.
        let outcome = try await Sending.sender().send(Sending.message("http://127.0.0.1:1/"))
        #expect(outcome.kind == .unreachable)
        try await Sending.withSender { (_) throws(LookupFault) in
            throw LookupFault(.notFound, "its name was not found")
        } _: { sender in
            let nowhere = try await sender.send(Sending.message("http://no-such-name.invalid/"))
            #expect(nowhere == DeliveryOutcome(.unreachable, "no-such-name.invalid has no address."))
        }
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

    @Test(arguments: [TimeSpan.seconds(3), .seconds(20)])
    func theStatusCountsThoughTheRestDoesNotComeAndNoConnectionIsLeft(_ timeout: TimeSpan) async throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthat is all"
        try await Receiver.run(.answerAndStay(answer)) { receiver in
            let start = ContinuousClock.now
            let outcome = try await Sending.sender(timeout: timeout)
                .send(Sending.message("http://127.0.0.1:\(receiver.port)/"))
            #expect(outcome.kind == .taken)
            #expect(ContinuousClock.now - start < .seconds(15))
            try await eventually("it is closed") { receiver.closed == 1 }
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
                try await eventually("it is closed") { receiver.closed == 1 }
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

    @Test(.timeLimit(.minutes(3))) func aCancelledDeliveryEndsSoon() async throws {
        try await Receiver.run(.hang) { receiver in
            let message = try Sending.message("http://127.0.0.1:\(receiver.port)/")
            let sender = try Sending.sender(timeout: .hours(1))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = await sender.send(message) }
                try await eventually("it is being delivered") { !receiver.text.isEmpty }
                group.cancelAll()
            }
        }
    }

    /// Two threads look names up: one name that hangs holds one of them, however often it is tried, and the others are found.
    @Test(.timeLimit(.minutes(3))) func aNameThatHangsHoldsNoOtherUp() async throws {
        let gate = DispatchSemaphore(value: 0)
        defer { gate.signal() }
        let hung = Mutex(0)
        try await Receiver.run(.answer(Sending.ok)) { receiver in
            let hanging = try Sending.message("http://hangs.example:\(receiver.port)/")
            let answering = try Sending.message("http://answers.example:\(receiver.port)/")
            try await Sending.withSender { name in
                if name == "hangs.example" {
                    hung.withLock { $0 += 1 }
                    gate.wait()
                }
                return [IPAddress(v4: 0x7f00_0001)]
            } _: { sender in
                for _ in 0..<3 {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<3 { group.addTask { _ = await sender.send(hanging) } }
                        try await eventually("it hangs") { hung.withLock { $0 } == 1 }
                        // Those who wait are given up, and tried again.
                        group.cancelAll()
                    }
                }
                #expect(await sender.send(answering).kind == .taken)
                #expect(hung.withLock { $0 } == 1, "who tries again waits for the look-up that runs already")
            }
        }
    }
}
