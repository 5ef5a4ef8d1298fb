import Foundation
import RegistryCatalog
import RegistryModel
import Testing

@testable import HTTPSupport

@Suite("The access log")
struct AccessLogTests {
    @Test func oneLineForEachRequestWithoutTheValuesOfItsQuery() async throws {
        let pipe = Pipe()
        try await TestServer.run {
            $0.accessLog = .init(
                fileDescriptor: pipe.fileHandleForWriting.fileDescriptor, flushInterval: .milliseconds(10))
        } _: { server in
            try await server.register()
            _ = try await server.get("/v1/services/payments")
            _ = try await server.get(
                "/v1/services/payments?tag=secret&zone=%zz", headers: [("Rollcall-Client", "te\"st")])
        }
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let lines = text.split(separator: "\n").map { JSONValue(text: $0) }
        #expect(lines.count == 3)
        #expect(lines.map { $0["status"].int } == [201, 200, 400])
        #expect(lines.map { $0["method"].string } == ["POST", "GET", "GET"])
        #expect(lines[1]["path"].string == "/v1/services/payments")
        #expect(lines[2]["path"].string == "/v1/services/payments?tag&zone")
        #expect(lines[2]["client"].string == "te\"st")
        #expect(!text.contains("secret"))
        for line in lines {
            #expect(line["peer"].string == "127.0.0.1")
            #expect((line["microseconds"].int ?? -1) >= 0)
            #expect((line["bytes"].int ?? 0) > 0)
            #expect(line["time"].string.flatMap { Timestamp($0) } != nil)
        }
    }

    @Test func aFullBufferDropsLinesAndCountsThem() {
        let metrics = ServerMetrics()
        let log = AccessLog(
            configuration: .init(fileDescriptor: 1, bufferBytes: 1_000), clock: SystemClock(), metrics: metrics)
        for _ in 0..<100 { log.append(Self.record("/v1/services/payments")) }
        #expect(metrics.accessLogDrops.value > 80)
        #expect(metrics.accessLogDrops.value < 100)
    }

    @Test func everyByteOfATargetIsWrittenAsJSON() {
        for target in ["/\"\\\u{1}\n", "/ä?ö=1&x", "/?", "/?&&=&a", "/?a=b=c"] {
            var line: [UInt8] = []
            Self.record(target).write(to: &line)
            let text = String(decoding: line, as: UTF8.self)
            #expect(text.hasSuffix("}\n"))
            #expect(text.filter { $0 == "\n" }.count == 1)
            #expect(JSONValue(text: text)["status"].int == 200, "\(text)")
        }
        var line: [UInt8] = []
        var record = Self.record("/?a=b&c=d")
        record.microseconds = 0
        record.bytes = 1_234_567_890
        record.write(to: &line)
        let json = JSONValue(text: String(decoding: line, as: UTF8.self))
        #expect(json["path"].string == "/?a&c")
        #expect(json["microseconds"].int == 0)
        #expect(json["bytes"].int == 1_234_567_890)
    }

    private static func record(_ target: String) -> AccessRecord {
        AccessRecord(
            time: Timestamp(milliseconds: 1_772_366_400_000), method: "GET", target: target, status: 200, bytes: 10,
            microseconds: 12, peer: "127.0.0.1", client: "")
    }
}
