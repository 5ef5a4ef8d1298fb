import RegistryCatalog
import RegistryModel

/// The history is found by every field, in both orders, page by page.
extension StoreConformance {
    static let historyChecks = [
        Check("an empty history is an empty page") { subject in
            let page = try await subject.make().records(matching: HistoryQuery())
            try requireEqual(page, HistoryPage(records: [], next: nil), "the page")
        },
        Check("records are found by each field, and by several") { subject in
            let store = try await subject.make()
            let all = try await Self.fill(store)
            for query in Self.queries(all) {
                for order in HistoryQuery.Order.allCases {
                    var query = query
                    query.order = order
                    query.limit = 1_000
                    let wanted = all.filter(query.matches)
                    let found = try await store.records(matching: query)
                    try requireEqual(found.records, order == .ascending ? wanted : wanted.reversed(), "\(query)")
                    try requireEqual(found.next, nil, "the next page of \(query)")
                }
            }
        },
        Check("pages of any size join without a gap or a repetition") { subject in
            let store = try await subject.make()
            let all = try await Self.fill(store)
            for order in HistoryQuery.Order.allCases {
                for limit in [1, 2, 3, 7, all.count - 1, all.count, all.count + 1] {
                    let query = HistoryQuery(namespace: "default", order: order, limit: limit)
                    let wanted = all.filter(query.matches)
                    let found = try await Self.pages(store, query)
                    try requireEqual(
                        found, order == .ascending ? wanted : wanted.reversed(), "pages of \(limit), \(order)")
                }
            }
        },
        Check("new commits between two pages are neither missed nor repeated") { subject in
            let store = try await subject.make()
            let all = try await Self.fill(store)
            for order in HistoryQuery.Order.allCases {
                var query = HistoryQuery(order: order, limit: 5)
                var found: [Change] = []
                var added: [Change] = []
                repeat {
                    let page = try await store.records(matching: query)
                    try require(page.next == nil || page.next != query.after, "a page gets further than the one before")
                    found += page.records
                    query.after = page.next
                    guard added.count < 4 else { continue }
                    let number = try await store.load().nextNumber
                    var change = Sample.change("late-\(number)")
                    change.revision = try await store.commitOne(
                        .put(Sample.instance(change.instance, number: number)), change)
                    added.append(change)
                } while query.after != nil
                let old = found.filter { !added.contains($0) }
                let known = try await store.records(matching: HistoryQuery(order: .ascending, limit: 1_000)).records
                try requireEqual(Set(found).count, found.count, "the number of different records, \(order)")
                try requireEqual(
                    old, (order == .ascending ? known : known.reversed()).filter { !added.contains($0) },
                    "the records from before, \(order)")
                if order == .ascending { try requireEqual(found, known, "all records in ascending order") }
                try require(known.starts(with: all), "what was recorded stays")
            }
        },
        Check("changes without an instance, or of another time than their commit, are kept") { subject in
            let store = try await subject.make()
            var changes = ["a", "", "b"].map { Sample.change($0, detail: $0) }
            changes[0].time = Sample.time.advanced(by: .seconds(-5))
            changes[1].health = nil
            changes[1].status = nil
            changes[1].cause = .updateService
            changes[1].actor = ""
            changes[2].time = Sample.time.advanced(by: .seconds(5))
            let outcomes = await store.commit([.put(Sample.service())], changes: changes.map { .init($0, write: 0) })
            let revision = try requireOne(outcomes.revisions)
            for index in changes.indices { changes[index].revision = revision }
            let found = try await store.records(matching: HistoryQuery(order: .ascending)).records
            try requireEqual(found, changes, "the records")
            let since = HistoryQuery(sinceTime: Sample.time.advanced(by: .seconds(1)))
            try requireEqual(try await store.records(matching: since).records, [changes[2]], "the records since")
            let until = HistoryQuery(untilTime: Sample.time.advanced(by: .seconds(-1)))
            try requireEqual(try await store.records(matching: until).records, [changes[0]], "the records until")
        },
    ]

    /// Commits of one to three changes with some variety; returns all changes in order.
    static func fill(_ store: Store) async throws -> [Change] {
        var all: [Change] = []
        for number in 1...20 {
            let key = ServiceKey(namespace: number % 3 == 0 ? "staging" : "default", name: "s-\(number % 4)")
            let service = Sample.service(key.name, namespace: key.namespace)
            let time = Sample.time.advanced(by: .seconds(Int64(number)))
            let changes = (0...(number % 3)).map { index in
                Sample.change(
                    "i-\(index)", service: key, cause: number % 2 == 0 ? .register : .expire,
                    actor: index == 1 ? "127.0.0.2" : "127.0.0.1", time: time)
            }
            let write = Write.put(Sample.instance("n-\(number)", number: Int64(number)), of: service)
            let outcomes = await store.commit(
                CommitGroup(time: time, writes: [write], changes: changes.map { .init($0, write: 0) }))
            let revision = try requireOne(outcomes.revisions)
            all += changes.map { change in
                var change = change
                change.revision = revision
                return change
            }
        }
        return all
    }

    /// One query for each field, for pairs of them, and some that find nothing.
    ///
    /// - Parameter all: what ``fill(_:)`` returned.
    static func queries(_ all: [Change]) -> [HistoryQuery] {
        let revisions = Set(all.map(\.revision)).sorted()
        let (fifth, seventh, ninth) = (revisions[4], revisions[6], revisions[8])
        return [
            HistoryQuery(), HistoryQuery(namespace: "staging"), HistoryQuery(service: "s-1"),
            HistoryQuery(instance: "i-1"), HistoryQuery(cause: .expire), HistoryQuery(actor: "127.0.0.2"),
            HistoryQuery(sinceRevision: seventh), HistoryQuery(untilRevision: seventh),
            HistoryQuery(sinceRevision: fifth, untilRevision: ninth),
            HistoryQuery(sinceTime: Sample.time.advanced(by: .seconds(8))),
            HistoryQuery(untilTime: Sample.time.advanced(by: .seconds(8))),
            HistoryQuery(namespace: "default", service: "s-2", instance: "i-2", cause: .register),
            HistoryQuery(namespace: "nowhere"), HistoryQuery(service: "i-1"), HistoryQuery(instance: "s-1"),
            HistoryQuery(cause: .purge), HistoryQuery(actor: "nobody"),
            HistoryQuery(sinceRevision: revisions[revisions.count - 1].next), HistoryQuery(untilRevision: .zero),
            HistoryQuery(sinceRevision: .max, untilRevision: .zero),
        ]
    }

    /// Every page of a query, joined.
    static func pages(_ store: Store, _ query: HistoryQuery) async throws -> [Change] {
        var query = query
        var found: [Change] = []
        repeat {
            let page = try await store.records(matching: query)
            try require(page.next == nil || page.next != query.after, "a page gets further than the one before")
            try require(page.records.count <= query.limit, "a page holds at most \(query.limit) records")
            found += page.records
            query.after = page.next
        } while query.after != nil
        return found
    }
}
