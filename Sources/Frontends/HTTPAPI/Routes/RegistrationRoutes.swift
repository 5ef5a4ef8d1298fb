import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// Register and Deregister, single and many.
struct RegistrationRoutes {
    let context: APIContext

    var operations: [Operation] {
        [
            Operation("register", .post, "/v1/instances", Parameters.namespace) { try await self.register(&$0) },
            Operation("register_batch", .post, "/v1/instances/batch", Parameters.namespace) {
                try await self.registerBatch(&$0)
            },
            Operation("deregister_batch", .post, "/v1/instances/batch/deregister", Parameters.namespace) {
                try await self.deregisterBatch(&$0)
            },
        ]
    }

    private func register(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace()
        try request.query.check()
        let actor = try request.exchange.actor()
        let (registration, warnings) = try await request.body(limit: self.context.configuration.bodyBytes)
            .read { bytes throws(JSONError) in try RequestBody.registration(bytes, defaultNamespace: namespace) }
        let result = try await self.context.catalog.perform(.register(registration), actor: actor)
        return try self.context.instanceAnswer(
            result, registration.key, status: result.created ? .created : .ok, warnings: warnings)
    }

    private func registerBatch(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace()
        try request.query.check()
        let (items, warnings) = try await request.body(limit: self.context.configuration.bodyBytes)
            .read { bytes throws(JSONError) in try RequestBody.registrations(bytes, defaultNamespace: namespace) }
        return try await self.perform(items, request, warnings) { registration in
            (.register(registration), registration.key)
        }
    }

    private func deregisterBatch(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace()
        try request.query.check()
        let (items, warnings) = try await request.body(limit: self.context.configuration.bodyBytes)
            .read { bytes throws(JSONError) in try RequestBody.deregistrations(bytes, defaultNamespace: namespace) }
        return try await self.perform(items, request, warnings, doneStatus: .noContent) { item in
            (.deregister(item.key, incarnation: item.incarnation), item.key)
        }
    }

    /// Does the items that could be read in one go, and answers for each in the order of the request.
    ///
    /// - Parameter doneStatus: of an item that was done; nil for 201 or 200, as it was new or not.
    private func perform<Item: Sendable>(
        _ items: [Result<Item, RegistryError>], _ request: APIRequest, _ warnings: [String],
        doneStatus: HTTPResponse.Status? = nil, _ command: (Item) -> (Command, InstanceKey)
    ) async throws -> Response {
        let sound = items.compactMap { try? $0.get() }.map(command)
        let actor = try request.exchange.actor()
        var results = await self.context.catalog.perform(sound.map(\.0), actor: actor).makeIterator()
        var keys = sound.makeIterator()
        let outcomes: [BatchOutcome] = items.map { item in
            if case .failure(let error) = item { return .failed(error) }
            guard let key = keys.next()?.1, let result = results.next() else {
                return .failed(RegistryError(.internalError, "An item had no result; see the server's log."))
            }
            switch result {
            case .success(let done):
                let status = doneStatus ?? (done.created ? .created : .ok)
                return .done(status: status.code, key: key, revision: done.revision)
            case .failure(let error): return .failed(error)
            }
        }
        return self.context.batchAnswer(outcomes, warnings: warnings)
    }
}

/// What became of one item of a batch.
enum BatchOutcome {
    case done(status: Int, key: InstanceKey, revision: Revision)
    case failed(RegistryError)

    var revision: Revision {
        if case .done(_, _, let revision) = self { revision } else { .zero }
    }
}

extension RegistryError {
    /// What was written is not there any more when it is to be shown.
    static func gone(_ key: InstanceKey) -> RegistryError {
        RegistryError(
            .conflict,
            "\(key) was written, and taken off the roll at the same time by another request; register it again if it is to be there."
        )
    }
}

extension APIContext {
    /// The answer to a write of one instance.
    func instanceAnswer(
        _ result: CommandResult, _ key: InstanceKey, status: HTTPResponse.Status, warnings: [String]
    ) throws(RegistryError) -> Response {
        guard let record = result.instance else { throw .gone(key) }
        let service = self.catalog.snapshot(of: key.service).map { ServiceDocument($0) }
        return .json(status, headers: self.headers(cache: "no-store")) { writer in
            writer.instanceAnswer(
                service: service, instance: record.instance, of: key.service, revision: result.revision,
                warnings: warnings)
        }
    }

    /// The answer to a batch; its revision is the highest of its items, and when nothing was done that of this node.
    func batchAnswer(_ outcomes: [BatchOutcome], warnings: [String]) -> Response {
        let highest = outcomes.map(\.revision).max() ?? .zero
        let revision = highest == .zero ? self.catalog.appliedRevision : highest
        return .json(headers: self.headers(cache: "no-store"), capacity: outcomes.count * 128 + 256) { writer in
            writer.batchAnswer(revision: revision, warnings: warnings) { writer in
                for outcome in outcomes {
                    switch outcome {
                    case .done(let status, let key, let revision):
                        writer.batchItem(status: status, key: key, revision: revision)
                    case .failed(let error):
                        writer.problem(Problem(error).document)
                    }
                }
            }
        }
    }
}
