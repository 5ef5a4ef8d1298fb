import HTTPSupport
import HTTPTypes
import HummingbirdCore
import NIOCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// Discover: a service and those of its instances that the caller wants, now or as soon as something changes.
struct DiscoverRoutes {
    let context: APIContext

    var operations: [Operation] {
        let parameters =
            Parameters.namespace + FilterParameters.all + BlockingRead.parameters + [QueryParameter("consistent")]
        return [
            Operation("discover", .get, "/v1/services/{service}", parameters) { try await self.discover(&$0) }
        ]
    }

    private func discover(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        let filter = request.query.filter()
        let blocking = BlockingRead(&request.query)
        let isConsistent = request.query.flag("consistent")
        try request.query.check()
        let key = try request.names.service(in: namespace)
        if isConsistent { try await self.context.catalog.catchUp() }
        try await self.context.awaitRevision(blocking?.index)
        guard let blocking else { return self.answer(request, try self.context.snapshot(of: key), filter) }
        let reader = ReaderName(client: try request.exchange.actor(), address: request.exchange.peer)
        let ticket = self.context.catalog.subscribers.ask(
            reader, of: key, index: self.context.knownRevision(blocking.index))
        let hasWaited = try await self.wait(blocking, for: key, request.exchange)
        let snapshot = try self.context.snapshot(of: key)
        return self.noting(self.answer(request, snapshot, filter), snapshot, ticket, hasWaited: hasWaited)
    }

    /// The answer, which is noted as delivered once it is written.
    private func noting(
        _ answer: Response, _ snapshot: ServiceSnapshot, _ ticket: SubscriberTicket, hasWaited: Bool
    ) -> Response {
        let notes = self.context.notes(of: ticket, self.context.metrics.propagation.blocking)
        // What somebody waited for was published while it did; what was there already is no news of that age.
        let publishedAt = hasWaited ? snapshot.publishedAt : nil
        var answer = answer
        let body = answer.body
        answer.body = ResponseBody(contentLength: body.contentLength) { writer in
            // The reader may be back before its answer is known to be written.
            notes.willWrite(upTo: snapshot.revision)
            ticket.end()
            try await body.write(writer)
            notes.wrote(upTo: snapshot.revision, publishedAt: publishedAt)
        }
        return answer
    }

    /// Returns when there is news, the time is over, or the server stops; in each case the present state is the answer. Whether
    /// there is news that was waited for.
    private func wait(_ blocking: BlockingRead, for key: ServiceKey, _ exchange: Exchange) async throws -> Bool {
        let catalog = self.context.catalog
        let revision = catalog.snapshot(of: key)?.revision
        guard let seen = blocking.waitsAfter(revision: revision, applied: catalog.appliedRevision) else {
            return false
        }
        let timeout = blocking.waitWithJitter(random: .random(in: 0..<1))
        guard self.context.metrics.blockingReaders.increment(below: Int64(self.context.configuration.maximumWatches))
        else {
            throw RegistryError(
                .shed, "As many readers wait as this server allows; ask without index and wait, or try later.",
                retryAfter: .seconds(5))
        }
        exchange.waits = true
        defer { self.context.metrics.blockingReaders.decrement() }
        let end = try await whileClientStays(on: exchange.channel) {
            // That it was cancelled is said by how the wait ended.
            (try? await catalog.waitForChange(of: key, after: seen, timeout: timeout)) ?? false
        }
        return switch end {
        case .finished(let isNews): isNews
        case .serverStops: false
        case .clientLeft: throw CancellationError()
        }
    }

    private func answer(_ request: APIRequest, _ snapshot: ServiceSnapshot, _ filter: InstanceFilter) -> Response {
        let tag = self.context.tag(of: snapshot)
        var headers = self.context.headers(tag: tag.description)
        headers[.vary] = "Accept-Encoding"
        if let field = request.header(.ifNoneMatch), tag.isNamed(byIfNoneMatch: field) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = "application/json"
        let compresses = request.header(.acceptEncoding).map { Gzip.isAccepted(by: $0) } ?? false
        let body = self.body(of: snapshot, filter, compresses: compresses)
        headers[.eTag] = body.tag
        if body.suspects > 0 { headers[.rollcallProtected] = String(body.suspects) }
        if body.tag != tag.description { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body.bytes))
    }

    /// The default view is kept with the snapshot; any other is made for each request.
    private func body(of snapshot: ServiceSnapshot, _ filter: InstanceFilter, compresses: Bool) -> EncodedBody {
        if filter == .available {
            return compresses ? self.context.bodies.compressed(snapshot) : self.context.bodies.plain(snapshot)
        }
        var writer = JSONWriter(capacity: 4_096)
        writer.discover(snapshot, where: filter)
        let tag = self.context.tag(of: snapshot)
        let plain = ByteBuffer(writer)
        let suspects = snapshot.suspects(where: filter)
        if compresses, plain.readableBytes >= Gzip.threshold, let bytes = Gzip.compress(plain) {
            return EncodedBody(bytes: bytes, tag: tag.compressed, suspects: suspects)
        }
        return EncodedBody(bytes: plain, tag: tag.description, suspects: suspects)
    }
}
