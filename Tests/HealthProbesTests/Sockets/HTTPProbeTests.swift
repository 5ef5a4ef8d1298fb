import NIOCore
import RegistryHealth
import RegistryModel
import Testing

@testable import HealthProbes

struct HTTPProbeTests {
    @Test func asksAsItIsTold() async throws {
        try await Script(requested: { _ in .say(answer()) }).run { target in
            try await withProber { prober in
                let plain = await prober.probe(target)
                #expect(plain == ProbeOutcome(detail: "HTTP 200"))
                let outcome = await prober.probe(target) { probe in
                    probe.method = "POST"
                    probe.path = "/a/b?c=d"
                    probe.headers = ["X-One": "1", "Host": "other.example"]
                }
                #expect(outcome.failure == nil)
                let requests = target.seen.requests
                #expect(requests[0].hasPrefix("GET /health HTTP/1.1\r\n"))
                #expect(requests[0].contains("\r\nhost: 127.0.0.1:\(target.port)\r\n"))
                #expect(!requests[0].contains("connection:"))
                #expect(requests[1].hasPrefix("POST /a/b?c=d HTTP/1.1\r\n"))
                #expect(requests[1].contains("X-One: 1\r\n") && requests[1].contains("content-length: 0\r\n"))
                #expect(requests[1].contains("Host: other.example\r\n") && !requests[1].contains("127.0.0.1"))
            }
        }
    }

    @Test(arguments: [
        ("200 OK", "200-299", true), ("204 No Content", "200-299", true), ("404 Not Found", "200-299", false),
        ("503 Service Unavailable", "200-299", false), ("503 Service Unavailable", "200,503", true),
        // Not followed: it would answer 200 elsewhere.
        ("302 Found", "200-299", false), ("301 Moved Permanently", "200-299,301", true),
    ])
    func statusDecides(status: String, expected: String, passes: Bool) async throws {
        let reply =
            status.hasPrefix("204") ? "HTTP/1.1 204 No Content\r\n\r\n" : answer(status, headers: "Location: /\r\n")
        try await Script(requested: { _ in .say(reply) }).run { target in
            try await withProber { prober in
                let outcome = await prober.probe(target) { $0.expectedStatus = expected }
                #expect(outcome == ProbeOutcome(failure: passes ? nil : .rejected, detail: "HTTP \(status.prefix(3))"))
                #expect(target.seen.requests.count == 1)
            }
        }
    }

    @Test func theBodyHasToContainTheText() async throws {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nall w\r\n3\r\nell\r\n0\r\n\r\n"
        for reply in [answer(body: "it is all well here"), chunked] {
            try await Script(requested: { _ in .say(reply) }).run { target in
                try await withProber { prober in
                    // Not within #expect: the compiler takes closures there for those beside it.
                    let well = await prober.probe(target) { $0.bodyContains = "all well" }
                    #expect(well.failure == nil)
                    let outcome = await prober.probe(target) { $0.bodyContains = "all wrong" }
                    #expect(
                        outcome.failure == .rejected && outcome.detail.contains("body_contains is not in its body"),
                        "\(outcome)")
                }
            }
        }
    }

    @Test func ofAHugeBodyOnlyTheBeginningIsRead() async throws {
        let beginning = "early" + String(repeating: "x", count: 70_000)
        let huge = "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + beginning
        try await Script(requested: { _ in .say(huge) }).run { target in
            try await withProber { prober in
                let early = await prober.probe(target) { $0.bodyContains = "early" }
                #expect(early.failure == nil)
                let outcome = await prober.probe(target) { $0.bodyContains = "late" }
                #expect(outcome.failure == .rejected && outcome.detail.contains("the first 64 KiB"), "\(outcome)")
                #expect(await prober.probe(target).failure == nil)
                try await eventually("the connections are closed") { target.seen.open == 0 }
            }
        }
    }

    @Test func aSlowBodyIsWaitedForWithinTheTimeout() async throws {
        let pieces = ["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", "a", "b", "c", "d"]
        try await Script(requested: { _ in .sayInPieces(pieces, every: .milliseconds(30)) }).run { target in
            try await withProber { prober in
                #expect(await prober.probe(target) { $0.bodyContains = "abcd" }.failure == nil)
            }
        }
        try await Script(requested: { _ in .say(pieces[0] + "ab") }).run { target in
            try await withProber { prober in
                let outcome = await unlessStoodStill { await prober.probe(target, timeout: .milliseconds(200)) }
                #expect(outcome.failure == .timedOut && outcome.detail.hasSuffix("within 200ms"))
                try await eventually("the connection is closed") { target.seen.open == 0 }
            }
        }
    }

    @Test func aStatusThatDoesNotPassIsSaidWithoutItsBody() async throws {
        let head = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\n"
        try await Script(requested: { _ in .say(head) }).run { target in
            try await withProber { prober in
                let outcome = await prober.probe(target, timeout: .seconds(10))
                #expect(outcome == ProbeOutcome(failure: .rejected, detail: "HTTP 503"))
            }
        }
    }

    @Test func answersUntilTheEndOfTheConnectionCount() async throws {
        let open = "HTTP/1.1 200 OK\r\n\r\nall well"
        for act in [ScriptedTarget.Act.sayAndClose(open), .sayAndHalfClose(open)] {
            try await Script(requested: { _ in act }).run { target in
                try await withProber { prober in
                    #expect(await prober.probe(target) { $0.bodyContains = "all well" }.failure == nil)
                    try await eventually("the connection is closed") { target.seen.open == 0 }
                }
            }
        }
    }

    @Test(arguments: [
        ("", "closed the connection"), ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", ""),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", "not an answer of its protocol"), ("HTTP/1.1 2", ""),
    ])
    func whatIsNoAnswerIsRejected(reply: String, detail: String) async throws {
        try await Script(requested: { _ in .sayAndClose(reply) }).run { target in
            try await withProber { prober in
                let outcome = await prober.probe(target)
                #expect(outcome.failure == .rejected && outcome.detail.contains(detail), "\(outcome)")
            }
        }
    }

    @Test func anInformationalAnswerIsNotTheAnswer() async throws {
        let reply = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer("503 Service Unavailable")
        try await Script(requested: { _ in .say(reply) }).run { target in
            try await withProber { prober in #expect(await prober.probe(target).detail == "HTTP 503") }
        }
    }

    @Test func resourcesComeFromJSON() async throws {
        let body = "{\"status\":\"ok\",\"details\":{\"cpu\":0.95,\"memory\":0.5,\"errors\":[\"queue full\"]}}"
        let reply = answer(body: body, headers: "Content-Type: application/health+json\r\n")
        try await Script(requested: { _ in .say(reply) }).run { target in
            try await withProber { prober in
                let outcome = await prober.probe(target)
                #expect(outcome.resources == HealthDetails(cpu: 0.95, memory: 0.5, errors: ["queue full"]))
                #expect(outcome.failure == nil)
            }
        }
        try await Script(requested: { _ in .say(answer(body: body)) }).run { target in
            try await withProber { prober in #expect(await prober.probe(target).resources == nil) }
        }
    }

    /// Registrations with these are refused; one that comes through all the same must not send two requests.
    @Test(arguments: [
        ("GET", "/a\r\nX: y"), ("GET / HTTP/1.1\r\n", "/"), ("GET", "http://127.0.0.1/"), ("GET", "/a b"),
    ])
    func smugglingIsNotSent(method: String, path: String) async throws {
        try await Script(requested: { _ in .say(answer()) }).run { target in
            try await withProber { prober in
                let outcome = await prober.probe(target) {
                    $0.method = method
                    $0.path = path
                }
                #expect(outcome.failure == .rejected)
                #expect(target.seen.requests.isEmpty)
            }
        }
    }
}
