import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import RollcallClient
import ServerTestKit

extension WireAnswer {
    /// What Discover answered.
    func discovered() throws -> DiscoverAnswer { try AnswerBody.discover(self.body.span) }
}

extension LiveServer {
    func url(_ path: String) -> String { "http://\(self.address)\(path)" }

    /// A figure of `/metrics` that has no labels.
    func metric(_ name: String, _ http: HTTPClient) async throws -> Int {
        let text = try await String(decoding: http.get("http://\(self.metricsAddress)/metrics").body, as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
        guard let line, let value = Int(line.dropFirst(name.utf8.count + 1)) else { throw MissingMetric(name: name) }
        return value
    }

    struct MissingMetric: Error {
        let name: String
    }
}

extension RollcallClientConfiguration {
    /// Says what happened to each request, once, however long that takes.
    static var patient: RollcallClientConfiguration {
        RollcallClientConfiguration(requestTimeout: .seconds(120), retries: .never, connections: 256)
    }
}
