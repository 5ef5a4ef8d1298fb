public import RegistryModel

/// The history that a store keeps: what changed, when, why and by whom.
public protocol RecordLog: Sendable {
    /// One page of the records that fit. Throws ``StoreError`` when the log cannot be read.
    func records(matching query: HistoryQuery) async throws -> HistoryPage

    /// Forgets records older than `age`, and the oldest above `count` records, by whole commits and in small steps.
    func trim(olderThan time: Timestamp, keeping count: Int) async throws
}

/// Which records of the history are asked for.
public struct HistoryQuery: Sendable, Hashable {
    public enum Order: String, Sendable, Hashable, CaseIterable {
        case ascending = "asc"
        case descending = "desc"
    }

    /// Nil: of every namespace.
    public var namespace: String?
    /// Nil: of every service.
    public var service: String?
    /// Nil: of every instance, and of the services themselves.
    public var instance: String?
    /// Nil: every cause.
    public var cause: Cause?
    /// Nil: every actor.
    public var actor: String?
    /// Records of this revision and later ones.
    public var sinceRevision: Revision?
    public var sinceTime: Timestamp?
    /// Records of this revision and earlier ones.
    public var untilRevision: Revision?
    public var untilTime: Timestamp?
    public var order: Order
    public var limit: Int
    /// Where the page before ended; nil for the first page.
    public var after: HistoryCursor?

    public init(
        namespace: String? = nil, service: String? = nil, instance: String? = nil, cause: Cause? = nil,
        actor: String? = nil, sinceRevision: Revision? = nil, sinceTime: Timestamp? = nil,
        untilRevision: Revision? = nil, untilTime: Timestamp? = nil, order: Order = .descending,
        limit: Int = Limits.defaultListItems, after: HistoryCursor? = nil
    ) {
        self.namespace = namespace
        self.service = service
        self.instance = instance
        self.cause = cause
        self.actor = actor
        self.sinceRevision = sinceRevision
        self.sinceTime = sinceTime
        self.untilRevision = untilRevision
        self.untilTime = untilTime
        self.order = order
        self.limit = limit
        self.after = after
    }

    /// Whether one record fits; revision and cursor bounds included, so that a store may use it as its only filter.
    public func matches(_ change: Change) -> Bool {
        if let namespace, change.service.namespace != namespace { return false }
        if let service, change.service.name != service { return false }
        if let instance, change.instance != instance { return false }
        if let cause, change.cause != cause { return false }
        if let actor, change.actor != actor { return false }
        if let sinceRevision, change.revision < sinceRevision { return false }
        if let sinceTime, change.time < sinceTime { return false }
        if let untilRevision, change.revision > untilRevision { return false }
        if let untilTime, change.time > untilTime { return false }
        return true
    }
}

/// A place in the history: the record at `index` among all records of commit `revision`.
public struct HistoryCursor: Sendable, Hashable {
    public var revision: Revision
    public var index: Int

    public init(revision: Revision, index: Int) {
        self.revision = revision
        self.index = index
    }
}

/// Some records, and where the next page starts.
public struct HistoryPage: Sendable, Hashable {
    public var records: [Change]
    /// Pass it on as `after`; nil when there is no further record.
    public var next: HistoryCursor?

    public init(records: [Change], next: HistoryCursor?) {
        self.records = records
        self.next = next
    }
}
