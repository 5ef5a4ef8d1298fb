import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// History: what changed, when, why and by whom.
struct HistoryRoutes {
    let context: APIContext

    var operations: [Operation] {
        let names = ["namespace", "service", "instance", "cause", "actor", "since", "until", "order"]
        return [
            Operation("history", .get, "/v1/history", names.map { QueryParameter($0) } + Parameters.page) {
                try await self.history(&$0)
            }
        ]
    }

    private func history(_ request: inout APIRequest) async throws -> Response {
        let query = try request.query.history()
        let page = try await HistoryReading(context: self.context).page(query)
        let next = page.next.map {
            Cursor([$0.revision.description, String($0.index)]).text(kind: Query.historyKind(query.order))
        }
        return .json(headers: self.context.headers(), capacity: 256 * page.records.count + 256) { writer in
            writer.page(of: Field.records, nextCursor: next, revision: self.context.catalog.appliedRevision) { writer in
                for change in page.records { writer.change(change) }
            }
        }
    }
}

extension Query {
    /// A cursor fits only the order in which it was made.
    static func historyKind(_ order: HistoryQuery.Order) -> String { "history-\(order.rawValue)" }

    /// Throws `invalid` with every parameter at fault.
    fileprivate mutating func history() throws(RegistryError) -> HistoryQuery {
        var query = HistoryQuery(namespace: self.namespaceOrAll())
        query.service = self.name("service", allowingBrackets: false)
        query.instance = self.name("instance", allowingBrackets: true)
        query.cause = self.cause()
        query.actor = self.text("actor")
        (query.sinceRevision, query.sinceTime) = self.moment("since")
        (query.untilRevision, query.untilTime) = self.moment("until")
        query.order = self.order()
        query.limit = self.limit()
        query.after = self.historyCursor(query.order)
        try self.check()
        return query
    }

    private mutating func name(_ parameter: String, allowingBrackets: Bool) -> String? {
        guard let name = self.text(parameter) else { return nil }
        if let fault = Names.fault(in: name, allowingBrackets: allowingBrackets) { self.fail(parameter, fault) }
        return name
    }

    private mutating func cause() -> Cause? {
        guard let text = self.text("cause") else { return nil }
        guard let cause = Cause(text) else {
            let known = Cause.allCases.map(\.description).joined(separator: ", ")
            self.fail("cause", "is \"\(FieldCheck.excerpt(text))\"; it is one of \(known)")
            return nil
        }
        return cause
    }

    /// A revision or a time.
    private mutating func moment(_ name: String) -> (Revision?, Timestamp?) {
        guard let text = self.text(name) else { return (nil, nil) }
        if let number = Int64(decimal: text), (0...Limits.largestInteger).contains(number) {
            return (Revision(number), nil)
        }
        if let time = Timestamp(text) { return (nil, time) }
        self.fail(name, "is \"\(FieldCheck.excerpt(text))\"; it is a revision, or a time such as 2026-03-01T12:30:45Z")
        return (nil, nil)
    }

    private mutating func order() -> HistoryQuery.Order {
        guard let text = self.text("order") else { return .descending }
        guard let order = HistoryQuery.Order(rawValue: text) else {
            self.fail("order", "is \"\(FieldCheck.excerpt(text))\"; it is asc or desc")
            return .descending
        }
        return order
    }

    private mutating func historyCursor(_ order: HistoryQuery.Order) -> HistoryCursor? {
        guard let parts = self.cursor(kind: Self.historyKind(order), parts: 2) else { return nil }
        guard let revision = Int64(parts[0]), let index = Int(parts[1]) else {
            self.failCursor()
            return nil
        }
        return HistoryCursor(revision: Revision(revision), index: index)
    }
}
