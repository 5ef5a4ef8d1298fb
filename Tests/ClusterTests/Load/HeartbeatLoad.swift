import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import RollcallClient
import Synchronization

/// Many instances that beat in batches on the nodes in turn, each every ten seconds by the clock.
final class HeartbeatLoad: Sendable {
    static let batch = 1_000
    static let perService = 10
    static let interval = Duration.seconds(10)

    let count: Int
    private let addresses: [String]
    private let state = Mutex(State())

    private struct State {
        var registered = 0
        var acknowledged = 0
        var failures: [String] = []
        var late = 0
        /// Batches of registrations of which the store did not take all.
        var turnedAway = 0
        var longest = Duration.zero
    }

    init(count: Int, addresses: [String]) {
        self.count = count
        self.addresses = addresses
    }

    var batches: Range<Int> { 0..<self.count / Self.batch }
    var registered: Int { self.state.withLock { $0.registered } }
    /// Beats that were acknowledged.
    var acknowledged: Int { self.state.withLock { $0.acknowledged } }
    var failures: [String] { self.state.withLock { $0.failures } }
    var summary: String {
        self.state.withLock {
            "\($0.acknowledged) beats, a batch took \($0.longest) at most, \($0.late) began late, "
                + "\($0.turnedAway) batches of registrations were turned away"
        }
    }

    private static func name(_ number: Int) -> (service: String, port: Int) {
        ("load-\(number / self.perService)", 1_000 + number % self.perService)
    }

    private func numbers(of batch: Int) -> Range<Int> { batch * Self.batch..<(batch + 1) * Self.batch }

    private func registrations(of batch: Int) -> ByteBuffer {
        let items = self.numbers(of: batch).map { number in
            let (service, port) = Self.name(number)
            return #"{"service":{"name":"\#(service)"},"instance":{"host":"127.0.0.1","port":\#(port),"ttl":"30s"}}"#
        }
        return ByteBuffer(string: #"{"instances":[\#(items.joined(separator: ","))]}"#)
    }

    private func beats(of batch: Int) -> ByteBuffer {
        let items = self.numbers(of: batch).map { number in
            let (service, port) = Self.name(number)
            return #"{"service":"\#(service)","instance":"127.0.0.1:\#(port)"}"#
        }
        return ByteBuffer(string: #"{"instances":[\#(items.joined(separator: ","))]}"#)
    }

    // MARK: Sending

    /// Registers every instance, and lets each batch beat from then on, until the task is cancelled.
    func run(_ http: HTTPClient) async {
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<self.addresses.count {
                group.addTask {
                    await withTaskGroup(of: Void.self) { beating in
                        for batch in self.batches where batch % self.addresses.count == lane {
                            await self.register(batch, http)
                            beating.addTask { await self.beat(batch, http) }
                        }
                    }
                }
            }
        }
    }

    private func register(_ batch: Int, _ http: HTTPClient) async {
        while !Task.isCancelled {
            guard let body = await self.post("/v1/instances/batch", self.registrations(of: batch), batch, http) else {
                continue
            }
            let bytes = Array(body.readableBytesView)
            let answer = try? AnswerBody.batch(bytes.span)
            let done = answer?.results.count { if case .done = $0 { true } else { false } } ?? 0
            if done == Self.batch { return self.state.withLock { $0.registered += done } }
            let problem = answer?.results.lazy.compactMap { item in
                if case .failed(let problem) = item { problem } else { nil }
            }.first
            // Whoever is turned away comes again with all: what is there already is renewed.
            self.state.withLock { $0.turnedAway += 1 }
            if problem?.status != 503 { self.fail("batch \(batch): \(problem.map { "\($0)" } ?? "no answer")") }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    private func beat(_ batch: Int, _ http: HTTPClient) async {
        let body = self.beats(of: batch)
        // Spread over the interval, wherever registering was.
        var due = ContinuousClock.now + Self.interval * batch / self.batches.count
        while !Task.isCancelled {
            try? await Task.sleep(until: due, clock: .continuous)
            guard !Task.isCancelled else { return }
            if ContinuousClock.now - due > .seconds(1) { self.state.withLock { $0.late += 1 } }
            due += Self.interval
            let start = ContinuousClock.now
            guard let answer = await self.post("/v1/heartbeats", body, batch, http) else { continue }
            let took = ContinuousClock.now - start
            let text = String(buffer: answer)
            let isWhole = text.contains(#""renewed":\#(Self.batch)"#)
            if !isWhole { self.fail("batch \(batch): \(text.prefix(200))") }
            self.state.withLock { state in
                state.longest = max(state.longest, took)
                if isWhole { state.acknowledged += Self.batch }
            }
        }
    }

    /// Nil when it was not taken, which is a failure unless the run is over.
    private func post(_ path: String, _ body: ByteBuffer, _ batch: Int, _ http: HTTPClient) async -> ByteBuffer? {
        var request = HTTPClientRequest(url: "http://\(self.addresses[batch % self.addresses.count])\(path)")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(body)
        do {
            let response = try await http.execute(request, timeout: .seconds(30))
            let answer = try await response.body.collect(upTo: 4 << 20)
            if response.status == .ok { return answer }
            self.fail("\(path): \(response.status.code) \(String(buffer: answer).prefix(200))")
        } catch {
            if !Task.isCancelled { self.fail("\(path): \(error)") }
        }
        try? await Task.sleep(for: .milliseconds(200))
        return nil
    }

    private func fail(_ text: String) { self.state.withLock { $0.failures.append(text) } }
}
