import RegistryCatalog
import RegistryModel

/// What operators decided is kept as everything else is, whatever becomes of what it is about.
extension StoreConformance {
    static let overrideChecks = [
        Check("overrides are loaded as they were committed, with their revision") { subject in
            let store = try await subject.make()
            let outcomes = await store.commit(Self.overrides.map { .put($0) })
            let revision = try requireOne(outcomes.revisions)
            try requireEqual(
                outcomes, Array(repeating: .committed(revision), count: Self.overrides.count), "the outcomes")
            let expected = Self.overrides.map { $0.at(revision) }
            try requireEqual(try await store.load().sorted.overrides, expected, "the overrides")
            let reopened = try await subject.reopen(store)
            try requireEqual(try await reopened.load().sorted.overrides, expected, "the overrides after a restart")
            try subject.requireNextNumber(try await reopened.load().nextNumber, after: 23)
        },
        Check("overrides are changed and removed, and stay without what they are about") { subject in
            let store = try await subject.make()
            let stored = Self.overrides[0]
            let service = try await store.commitOne(.put(Sample.service()))
            let first = try await store.commitOne(.put(stored))
            try await store.commitOne(Write.put(Sample.service()).removed(expected: service))
            var changed = stored
            changed.override.absentSince = Sample.time
            let second = try await store.commitOne(.put(changed, expected: first))
            try requireEqual(try await store.load().overrides, [changed.at(second)], "the overrides")
            try await store.commitOne(Write.put(changed).removed(expected: second))
            try require(try await store.load().overrides.isEmpty, "the override is gone")
            let reopened = try await subject.reopen(store)
            try require(try await reopened.load().overrides.isEmpty, "it is gone after a restart")
        },
        Check("a change that belongs to an override is recorded with it, or not at all") { subject in
            let store = try await subject.make()
            let writes: [Write] = [.put(Self.overrides[0]), .put(Self.overrides[1], expected: Revision(7))]
            let changes = ["a", "b"].enumerated().map { index, id in
                CommitGroup.RecordedChange(Sample.change(id, cause: .override), write: index)
            }
            let outcomes = await store.commit(writes, changes: changes)
            try requireEqual(outcomes, [.committed(try requireOne(outcomes.revisions)), .conflict], "the outcomes")
            let page = try await store.records(matching: HistoryQuery())
            try requireEqual(page.records.map(\.instance), ["a"], "the changes")
        },
    ]

    /// Of an instance and of a service, with something and with nothing in every field.
    private static let overrides = [
        StoredOverride(
            key: OverrideKey(service: ServiceKey(namespace: "n", name: "s"), instance: "[::1]:80"),
            override: Override(
                number: 21, status: .draining, weight: 0, reason: "e\u{301}\u{1F600}", actor: "ops",
                createdAt: Sample.time, expiresAt: Sample.time.advanced(by: .days(365)), absentSince: .epoch)),
        StoredOverride(
            key: OverrideKey(service: ServiceKey(name: "s")),
            override: Override(number: 22, status: nil, weight: .max, actor: "", createdAt: .epoch)),
        StoredOverride(
            key: OverrideKey(service: ServiceKey(name: "s"), instance: "s"),
            override: Override(number: 23, status: .up, weight: nil, actor: "a", createdAt: Sample.time)),
    ]
}

extension StoredOverride {
    fileprivate func at(_ revision: Revision) -> StoredOverride {
        var result = self
        result.override.revision = revision
        return result
    }
}
