import HTTPTypes
public import HummingbirdCore
public import NIOCore
public import RegistryModel

/// One request on its way to an answer. Used by the one task that answers it.
public final class Exchange {
    public let request: Request
    public let channel: any Channel
    public let target: RequestTarget
    /// What counts it; set once it is known what is asked for.
    public var operation: OperationMetrics
    /// Set by waits and watches, whose length is not the server's.
    public var waits = false
    /// Counts the bytes of a body that is written piece by piece.
    public var streamedBytes: Counter?

    init(request: Request, channel: any Channel, operation: OperationMetrics) {
        self.request = request
        self.channel = channel
        self.target = RequestTarget(request.head.path ?? "/")
        self.operation = operation
    }

    /// The address of the client, without its port.
    public var peer: String { self.channel.remoteAddress?.ipAddress ?? "" }

    /// Who asks: the name that a client gives itself in `Rollcall-Client`, else its address.
    ///
    /// Throws `malformed` for a name that is not 1 to 128 printable characters of ASCII.
    public func actor() throws(RegistryError) -> String {
        guard let name = self.request.headers[.rollcallClient] else { return self.peer }
        guard (1...128).contains(name.utf8.count), name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            let rule = "is 1 to 128 printable characters of ASCII"
            throw RegistryError(
                .malformed, "Rollcall-Client \(rule).", fields: [FieldError(field: "Rollcall-Client", message: rule)])
        }
        return name
    }

    /// The body, which must be JSON. Throws `unsupported_media_type` and `too_large`.
    public func jsonBody(limit: Int) async throws -> ByteBuffer {
        if Self.announcedLength(self.request.headers) ?? 0 > limit { throw Self.tooLarge(limit) }
        do {
            let body = try await self.request.body.collect(upTo: limit)
            if body.readableBytes > 0 { try self.checkMediaType() }
            return body
        } catch is NIOTooManyBytesError {
            throw Self.tooLarge(limit)
        }
    }

    private func checkMediaType() throws(RegistryError) {
        guard let field = self.request.headers[.contentType] else { return }
        let type = field.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        if type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json")) { return }
        throw RegistryError(
            .unsupportedMediaType,
            "The body is \(FieldCheck.excerpt(type)); send JSON, with Content-Type: application/json.",
            fields: [FieldError(field: "Content-Type", message: "is application/json")])
    }

    static func announcedLength(_ headers: HTTPFields) -> Int? { headers[.contentLength].flatMap { Int($0) } }

    private static func tooLarge(_ limit: Int) -> RegistryError {
        RegistryError(.tooLarge, "The body has more than \(limit) bytes; split it.")
    }
}
