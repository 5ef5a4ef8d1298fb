import HTTPTypes
public import HummingbirdCore
public import Logging
public import NIOCore
public import RegistryCatalog
import RegistryModel

/// Turns each request into an answer, whatever happens, and keeps the books: metrics, access log, common headers.
public struct RequestResponder: Sendable {
    /// Makes the answer. A ``RegistryError`` that it throws becomes a problem.
    public typealias Answer = @Sendable (Exchange) async throws -> Response

    private let metrics: ServerMetrics
    private let unmatched: OperationMetrics
    private let accessLog: AccessLog?
    private let clock: any RegistryClock
    private let date: DateHeader
    private let showsErrors: Bool
    private let bodyLimit: Int
    private let logger: Logger
    private let answer: Answer

    /// - Parameters:
    ///   - accessLog: nil for none.
    ///   - showsErrors: whether a fault of the server's own is described to the client (`server.mode: debug`).
    ///   - bodyLimit: bytes; a client that asks first whether it may send more is told no.
    public init(
        metrics: ServerMetrics, accessLog: AccessLog?, clock: any RegistryClock, date: DateHeader, showsErrors: Bool,
        bodyLimit: Int, logger: Logger, answer: @escaping Answer
    ) {
        self.metrics = metrics
        self.unmatched = metrics.operation("unmatched")
        self.accessLog = accessLog
        self.clock = clock
        self.date = date
        self.showsErrors = showsErrors
        self.bodyLimit = bodyLimit
        self.logger = logger
        self.answer = answer
    }

    /// Answers one request. Runs where Hummingbird's writer does, so that no part of an answer changes executors.
    @concurrent
    public func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let start = NIODeadline.now()
        self.metrics.requestsInFlight.increment()
        defer { self.metrics.requestsInFlight.decrement() }
        if request.headers[.expect]?.lowercased() == "100-continue",
            Exchange.announcedLength(request.headers) ?? 0 <= self.bodyLimit
        {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        let exchange = Exchange(request: request, channel: channel, operation: self.unmatched)
        var response = try await self.response(to: exchange)
        if response.status == .tooManyRequests { self.metrics.shed.increment() }
        if request.method == .head { response = response.createHeadResponse() }
        response.headers[.date] = self.date.text
        defer { self.record(exchange, response, since: start) }
        try await writer.write(response: response.head, body: response.body)
    }

    /// Throws only what ends the connection.
    private func response(to exchange: Exchange) async throws -> Response {
        do {
            return try await self.answer(exchange)
        } catch let error as RegistryError {
            return Response(error)
        } catch is BodyIsLate {
            return Response(
                RegistryError(
                    .timeout, "The body did not arrive within the time that server.timeout allows; send it again."))
        } catch let error as CancellationError {
            throw error
        } catch {
            return self.internalError(error, exchange)
        }
    }

    private func internalError(_ error: any Error, _ exchange: Exchange) -> Response {
        self.logger.error(
            "A request failed by a fault of the server.",
            metadata: [
                "operation": "\(exchange.operation.name)", "path": "\(exchange.target.path)", "error": "\(error)",
            ])
        let detail = self.showsErrors ? ": \(error)" : "; its log says more"
        return Response(RegistryError(.internalError, "The server failed to do this\(detail)."))
    }

    private func record(_ exchange: Exchange, _ response: Response, since start: NIODeadline) {
        let microseconds = (NIODeadline.now() - start).nanoseconds / 1_000
        exchange.operation.record(
            status: response.status.code, microseconds: exchange.waits ? nil : microseconds)
        guard let accessLog else { return }
        accessLog.append(
            AccessRecord(
                time: self.clock.wallTime, method: exchange.request.method.rawValue,
                target: exchange.request.head.path ?? "", status: response.status.code,
                bytes: response.body.contentLength ?? Int(exchange.streamedBytes?.value ?? 0),
                microseconds: microseconds,
                peer: exchange.peer, client: exchange.request.headers[.rollcallClient] ?? ""))
    }
}
