import HTTPSupport
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import RegistryCatalog
import RegistryCluster
import RegistryHealth
import RegistryModel
import RegistryTraffic
import Synchronization

/// What every operation has at hand.
final class APIContext: Sendable {
    let catalog: Catalog
    let history: any RecordLog
    let selector: InstanceSelector
    let checks: any CheckReports
    /// The other nodes; nil: there are none.
    let cluster: ClusterNode?
    let clock: any RegistryClock
    let metrics: ServerMetrics
    let accessLog: AccessLog?
    let configuration: HTTPAPIConfiguration
    let logger: Logger
    let date: DateHeader
    let bodies: DiscoverBodies
    let events: EventEncodings
    private let stopping = Atomic<Bool>(false)

    init(
        catalog: Catalog, history: any RecordLog, selector: InstanceSelector,
        checks: any CheckReports, cluster: ClusterNode?, clock: any RegistryClock,
        metrics: ServerMetrics, accessLog: AccessLog?, configuration: HTTPAPIConfiguration, logger: Logger
    ) {
        self.catalog = catalog
        self.history = history
        self.selector = selector
        self.checks = checks
        self.cluster = cluster
        self.clock = clock
        self.metrics = metrics
        self.accessLog = accessLog
        self.configuration = configuration
        self.logger = logger
        self.date = DateHeader(clock: clock)
        self.bodies = DiscoverBodies(catalog: catalog)
        self.events = EventEncodings(cache: catalog.encodings)
    }

    /// Set from the start of a graceful stop.
    var isStopping: Bool { self.stopping.load(ordering: .relaxed) }

    func beginStopping() { self.stopping.store(true, ordering: .relaxed) }

    // MARK: - What subscribers share

    /// The revision that a reader says it has; nil when it has none, or one of another registry.
    func knownRevision(_ revision: Revision?) -> Revision? {
        guard let revision, revision > .zero, revision <= self.catalog.appliedRevision else { return nil }
        return revision
    }

    func notes(of ticket: SubscriberTicket, _ propagation: Histogram) -> DeliveryNotes {
        DeliveryNotes(ticket: ticket, propagation: propagation, clock: self.clock)
    }

    // MARK: - What answers share

    /// The headers of every answer about services.
    ///
    /// - Parameter suspects: how many are in the answer.
    func headers(cache: String = "no-cache", tag: String? = nil, suspects: Int = 0) -> HTTPFields {
        var headers: HTTPFields = [
            .cacheControl: cache, .rollcallRevision: self.catalog.appliedRevision.description,
            .rollcallRegistry: self.catalog.registryID,
            .rollcallAge: String(self.catalog.storeAge.milliseconds), .rollcallSource: self.catalog.source.description,
        ]
        if let tag { headers[.eTag] = tag }
        if suspects > 0 { headers[.rollcallProtected] = String(suspects) }
        return headers
    }

    /// An error, with the headers that say how far this node is: what it does not know it may come to know.
    func problem(_ error: RegistryError) -> Response {
        var response = Response(error)
        for field in self.headers(cache: "no-store") { response.headers[field.name] = field.value }
        return response
    }

    func tag(of snapshot: ServiceSnapshot) -> EntityTag { self.tag(of: snapshot.revision, in: snapshot) }

    /// - Parameter revision: of what is shown of it.
    func tag(of revision: Revision, in snapshot: ServiceSnapshot) -> EntityTag {
        EntityTag(registryID: self.catalog.registryID, revision: revision, repairedAt: snapshot.repairedAt)
    }

    /// A DELETE that was done. It says the revision of its commit, which this node has applied: whoever waits for what comes after it
    /// must not be told of a later one.
    func deleted(at revision: Revision) -> Response {
        var headers = self.headers(cache: "no-store")
        headers[.rollcallRevision] = revision.description
        return Response(status: .noContent, headers: headers)
    }

    /// The service, or `unknown_service`.
    func snapshot(of key: ServiceKey) throws(RegistryError) -> ServiceSnapshot {
        guard let snapshot = self.catalog.snapshot(of: key) else { throw self.absence(.unknownService(key)) }
        return snapshot
    }

    /// The instance as a snapshot of its service has it, or `unknown_instance`.
    func record(of key: InstanceKey, in snapshot: ServiceSnapshot) throws(RegistryError) -> InstanceRecord {
        guard let record = snapshot.instance(key.id) else { throw self.absence(.unknownInstance(key)) }
        return record
    }

    /// The error for what is not there. What does not come from the store may be older than that: then it is not known.
    func absence(_ error: RegistryError) -> RegistryError {
        let source = self.catalog.source
        guard source != .live else { return error }
        return RegistryError(
            .storeUnavailable,
            "This node cannot follow the store and answers from its \(source), in which this is not; it may have come since. "
                + "Ask another node, or ask again.", retryAfter: .seconds(1))
    }

    /// The revision that `If-Match` makes a condition; nil when there is no such header, or any revision will do.
    ///
    /// - Parameter current: the revision of what is to be changed, which its ETag names; nil when it is not there.
    func condition(_ request: APIRequest, current: Revision?) throws(RegistryError) -> Revision? {
        guard let field = request.header(.ifMatch) else { return nil }
        switch try RevisionCondition(ifMatch: field, registryID: self.catalog.registryID) {
        case .any: return nil
        case .revisions(let revisions):
            // Between this look and the commit it may change; then the commit refuses it.
            if let match = revisions.first(where: { $0 == current }) ?? revisions.last { return match }
            throw RegistryError(
                .preconditionFailed, "If-Match names no revision of this registry; read again for the present ETag."
            )
        }
    }
}
