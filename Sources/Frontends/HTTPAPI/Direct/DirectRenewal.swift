import HTTPSupport
import NIOCore
import NIOHTTP1
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// A heartbeat that this node has taken, on its way to the others.
struct DirectRenewal: Sendable {
    let record: InstanceRecord
    let key: InstanceKey
    /// Of the service.
    let revision: Revision
    let renewal: UnannouncedRenewal
}

/// What is answered once it is committed.
enum DirectCommit: Sendable {
    case registration(DirectRegistration)
    case renewal(DirectRenewal)

    /// What came of it; of a renewal there is nothing more to be known than that it did.
    typealias Outcome = Result<CommandResult?, RegistryError>
}

extension DirectAnswers {
    /// A heartbeat that only renews; anything else goes to the router, as does one of an instance that another node may know.
    func renew(_ key: InstanceKey, _ body: ByteBuffer?) -> Verdict {
        let catalog = self.context.catalog
        guard let report = Self.mereRenewal(body), let snapshot = catalog.snapshot(of: key.service),
            let record = snapshot.instance(key.id)
        else { return .passOn }
        if catalog.isShared {
            guard let renewal = catalog.beginRenewal(of: record, key, incarnation: report.incarnation) else {
                return .passOn
            }
            return .commit(
                .renewal(DirectRenewal(record: record, key: key, revision: snapshot.revision, renewal: renewal)))
        }
        guard catalog.renew(record, incarnation: report.incarnation) == .renewed else { return .passOn }
        return .answer(self.renewed(record, key, snapshot.revision))
    }

    /// The report in a body when it says nothing but that the instance lives, and nothing is wrong with it.
    private static func mereRenewal(_ body: ByteBuffer?) -> HealthReport? {
        guard let body, body.readableBytes > 0 else { return HealthReport() }
        guard let decoded = try? RequestBody.healthReport(body.readableBytesUInt8Span), decoded.errors.isEmpty,
            decoded.warnings.isEmpty, let report = decoded.value, report.status == nil, report.check.isEmpty,
            !report.hasObservations
        else { return nil }
        return report
    }

    private func renewed(_ record: InstanceRecord, _ key: InstanceKey, _ revision: Revision) -> Answer {
        var writer = JSONWriter(capacity: 256)
        writer.renewal(record, key, revision: revision)
        let headers = self.headers(length: String(writer.count), cache: "no-store")
        return Answer(operation: self.renewal, headers: headers, body: ByteBuffer(writer))
    }

    // MARK: What waits for a commit

    /// Hands it to the catalogue, or to the other nodes. `completion` gets the outcome, on any thread.
    func commit(_ commit: DirectCommit, completion: @escaping @Sendable (DirectCommit.Outcome) -> Void) {
        self.context.metrics.requestsInFlight.increment()
        switch commit {
        case .registration(let direct):
            self.context.catalog.perform(.register(direct.registration), actor: direct.actor) { result in
                completion(result.map { $0 })
            }
        case .renewal(let direct):
            direct.renewal.announce { error in completion(error.map { .failure($0) } ?? .success(nil)) }
        }
    }

    /// The answer, now that it is known what became of it.
    func answer(_ commit: DirectCommit, _ outcome: DirectCommit.Outcome) -> Answer {
        self.context.metrics.requestsInFlight.decrement()
        switch (commit, outcome) {
        case (.registration(let direct), .success(let result)): return self.answer(direct, result)
        case (.renewal(let direct), .success): return self.renewed(direct.record, direct.key, direct.revision)
        case (.registration, .failure(let error)): return self.problem(error, of: self.register)
        case (.renewal, .failure(let error)): return self.problem(error, of: self.renewal)
        }
    }
}
