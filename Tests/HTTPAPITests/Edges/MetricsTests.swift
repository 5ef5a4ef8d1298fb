import HTTPSupport
import RegistryTestKit
import Testing

@Suite("Metrics over a socket")
struct MetricsTests {
    /// A reader of the text format that knows nothing of how ours is written.
    struct Exposition {
        var types: [String: String] = [:]
        var helps: Set<String> = []
        var samples: [String: Double] = [:]
        var faults: [String] = []

        init(_ text: String) {
            if !text.hasSuffix("\n") { self.faults.append("the last line has no end") }
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                self.read(String(line))
            }
        }

        private mutating func read(_ line: String) {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP "), words.count == 4 {
                if !self.helps.insert(words[2]).inserted { self.faults.append("two helps: \(line)") }
            } else if line.hasPrefix("# TYPE "), words.count == 4 {
                self.types[words[2]] = words[3]
            } else if let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) {
                let series = String(line[..<space])
                let name = String(series.prefix { $0 != "{" })
                let family = self.family(of: name)
                if self.types[family] == nil || !self.helps.contains(family) {
                    self.faults.append("no family: \(line)")
                }
                if self.samples.updateValue(value, forKey: series) != nil { self.faults.append("twice: \(line)") }
                if let brace = series.firstIndex(of: "{") { self.check(series[brace...]) }
            } else {
                self.faults.append("unreadable: \(line)")
            }
        }

        private func family(of name: String) -> String {
            for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
                let family = String(name.dropLast(suffix.count))
                if self.types[family] == "histogram" { return family }
            }
            return name
        }

        private mutating func check(_ labels: Substring) {
            guard labels.hasPrefix("{"), labels.hasSuffix("}") else { return self.faults.append("labels: \(labels)") }
            for label in labels.dropFirst().dropLast().split(separator: ",") {
                let parts = label.split(separator: "=", maxSplits: 1)
                if parts.count != 2 || !parts[1].hasPrefix("\"") || !parts[1].hasSuffix("\"") {
                    self.faults.append("label: \(label)")
                }
            }
        }
    }

    static func scrape(_ server: TestServer) async throws -> Exposition {
        try await Connection.open(port: server.metricsPort) { connection in
            try await connection.send(TestServer.message("GET", "/metrics"))
            let reply = try await connection.reply()
            #expect(reply.status == 200)
            #expect(reply["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            return Exposition(reply.text)
        }
    }

    @Test func theFirstFiguresAreThereAndReadable() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await server.register(port: 2)
            _ = try await server.request(
                "PUT", "/v1/services/payments/instances/127.0.0.11:2/health", body: #"{"status": "DOWN"}"#)
            _ = try await server.get("/v1/services/payments")
            _ = try await server.get("/v1/services/payments?tag=x")
            _ = try await server.get("/v1/services/nobody")
            _ = try await server.get("/nowhere/secret-path")
            try await eventually {
                try await Self.scrape(server).samples[
                    #"rollcall_http_requests_total{operation="unmatched",status="4xx"}"#] == 1
            }
            let exposition = try await Self.scrape(server)
            #expect(exposition.faults == [])
            let samples = exposition.samples
            #expect(samples[#"rollcall_http_requests_total{operation="discover",status="2xx"}"#] == 2)
            #expect(samples[#"rollcall_http_requests_total{operation="discover",status="4xx"}"#] == 1)
            #expect(samples[#"rollcall_http_requests_total{operation="register",status="2xx"}"#] == 2)
            #expect(samples[#"rollcall_http_request_duration_seconds_count{operation="discover"}"#] == 3)
            #expect(samples[#"rollcall_http_request_duration_seconds_bucket{operation="discover",le="+Inf"}"#] == 3)
            #expect(samples["rollcall_services"] == 1)
            #expect(samples[#"rollcall_instances{health="up"}"#] == 1)
            #expect(samples[#"rollcall_instances{health="down"}"#] == 1)
            #expect(samples["rollcall_instances_available"] == 1)
            #expect(samples["rollcall_overrides"] == 0)
            #expect(samples["rollcall_revision"] == 3)
            #expect((samples["rollcall_commits_total"] ?? 0) >= 1)
            #expect(samples["rollcall_committed_writes_total"].map { $0 >= 3 } == true)
            #expect(samples["rollcall_commit_duration_seconds_count"] == samples["rollcall_commits_total"])
            #expect(samples[#"rollcall_changes_total{cause="report"}"#] == 1)
            #expect(samples[#"rollcall_build_info{version="1.2.3-test"}"#] == 1)
            #expect(samples["rollcall_store_writable"] == 1)
            #expect((samples["rollcall_encoded_bytes"] ?? 0) > 0)
            #expect((samples["process_resident_memory_bytes"] ?? 0) > 1_000_000)
            #expect((samples["process_open_fds"] ?? 0) > 3)
            #expect((samples["process_cpu_seconds_total"] ?? 0) > 0)
            #expect(!samples.keys.contains { $0.contains("secret-path") || $0.contains("payments") })
        }
    }

    @Test func bucketsGrowAndEndAtTheCount() {
        let histogram = Histogram()
        for microseconds: Int64 in [1, 50, 51, 999, 40_000_000] { histogram.record(microseconds: microseconds) }
        let cumulative = histogram.cumulative
        #expect(cumulative.count == Histogram.bounds.count + 1)
        #expect(cumulative.first == 2)
        #expect(cumulative.last == 5)
        #expect(cumulative == cumulative.sorted())
        #expect(histogram.sum == 40_001_101)
    }

    @Test func waitsAndWatchesAreNotAmongTheDurations() async throws {
        try await TestServer.run { server in
            try await server.register()
            _ = try await server.get("/v1/services/payments?index=1&wait=30ms")
            try await EventReader.open(server, "?service=payments") { events in _ = try await events.next() }
            try await eventually { server.metrics.operation("watch").answers(ofClass: 2) == 1 }
            let samples = try await Self.scrape(server).samples
            #expect(samples[#"rollcall_http_request_duration_seconds_count{operation="watch"}"#] == 0)
            #expect(samples[#"rollcall_http_request_duration_seconds_count{operation="discover"}"#] == 0)
            #expect(samples[#"rollcall_http_requests_total{operation="discover",status="2xx"}"#] == 1)
        }
    }

    @Test func howLongAChangeTakesToReachThoseWhoRead() async throws {
        try await TestServer.run { server in
            func count(_ subscriber: String) async throws -> Double? {
                let name = "rollcall_propagation_seconds_count{subscriber=\"\(subscriber)\"}"
                return try await Self.scrape(server).samples[name]
            }
            try await server.register()
            try await EventReader.open(server, "?service=payments") { events in
                #expect(try await events.next()?.name == "snapshot")
                _ = try await server.get("/v1/services/payments?index=0")
                #expect(try await count("stream") == 0, "a first snapshot is no news")
                #expect(try await count("blocking") == 0, "nor is what was there already")
                async let waited = server.get("/v1/services/payments?index=1&wait=1m")
                try await eventually { server.metrics.blockingReaders.value == 1 }
                try await server.register(port: 2)
                #expect(try await waited.status == 200)
                #expect(try await events.next()?.name == "change")
                try await eventually { try await count("stream") == 1 }
                try await eventually { try await count("blocking") == 1 }
                #expect(try await count("webhook") == 0)
                let sum = try await Self.scrape(server).samples[
                    "rollcall_propagation_seconds_sum{subscriber=\"stream\"}"]
                #expect(try #require(sum) > 0)
                #expect(try #require(sum) < 60)
            }
        }
    }

    @Test func otherPathsAre404() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.metricsPort) { connection in
                for path in ["/", "/v1/services", "/metrics/x"] {
                    try await connection.send(TestServer.message("GET", path))
                    #expect(try await connection.reply().status == 404)
                }
                try await connection.send(TestServer.message("POST", "/metrics", body: "{}"))
                #expect(try await connection.reply().status == 405)
            }
        }
    }
}
