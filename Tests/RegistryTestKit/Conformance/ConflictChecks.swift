import RegistryCatalog
import RegistryModel

/// A write is made only on the revision that it was decided on.
extension StoreConformance {
    static let conflictChecks = [
        Check("a record that must not exist, and does, conflicts") { subject in
            let store = try await subject.make()
            for write in Self.oneOfEach { try await store.commitOne(write) }
            for write in Self.oneOfEach {
                try requireEqual(await store.commit([write]), [.conflict], "putting \(write.record) again")
            }
            try requireEqual(
                try await store.load().revision, Revision(Int64(Self.oneOfEach.count)), "the revision")
        },
        Check("a stale revision conflicts, for a change and for a removal") { subject in
            let store = try await subject.make()
            for write in Self.oneOfEach {
                let first = try await store.commitOne(write)
                let second = try await store.commitOne(Write(write.record, expected: first))
                for stale in [first, second.next, .zero] {
                    try requireEqual(
                        await store.commit([Write(write.record, expected: stale)]), [.conflict], "a stale change")
                    try requireEqual(
                        await store.commit([write.removed(expected: stale)]), [.conflict], "a stale removal")
                }
                try requireEqual(
                    await store.commit([write.removed(expected: second)]), [.committed(second.next)],
                    "the right removal")
            }
        },
        Check("a record that must exist, and does not, conflicts") { subject in
            let store = try await subject.make()
            for write in Self.oneOfEach {
                try requireEqual(
                    await store.commit([Write(write.record, expected: Revision(1))]), [.conflict], "a change")
                try requireEqual(await store.commit([write.removed(expected: Revision(1))]), [.conflict], "a removal")
                try requireEqual(
                    await store.commit([write.removed(expected: nil)]), [.conflict], "a removal of nothing")
            }
            try requireEqual(try await store.load().revision, .zero, "the revision")
        },
        Check("writes stand or fall alone, and so do their changes") { subject in
            let store = try await subject.make()
            try await store.commitOne(.put(Sample.instance("a", number: 1)))
            let writes: [Write] = [
                .put(Sample.instance("b", number: 2)), .put(Sample.instance("a", number: 1)),
                .put(Sample.instance("c", number: 3)),
            ]
            let changes = ["b", "a", "c", "b again"].enumerated().map { index, id in
                CommitGroup.RecordedChange(Sample.change(id), write: index % 3)
            }
            let outcomes = await store.commit(writes, changes: changes)
            try requireEqual(
                outcomes, [.committed(Revision(2)), .conflict, .committed(Revision(2))], "the outcomes")
            try requireEqual(
                try await store.load().sorted.instances.map(\.instance.id), ["a", "b", "c"], "the instances")
            let page = try await store.records(matching: HistoryQuery(sinceRevision: Revision(2), order: .ascending))
            try requireEqual(page.records.map(\.instance), ["b", "c", "b again"], "the changes")
        },
        Check("later writes of a group see earlier ones") { subject in
            let store = try await subject.make()
            let service = Sample.service()
            let outcomes = await store.commit([
                .put(service), .put(service), .put(service, expected: Revision(1)),
                Write.put(service).removed(expected: Revision(1)),
            ])
            try requireEqual(
                outcomes, [.committed(Revision(1)), .conflict, .committed(Revision(1)), .committed(Revision(1))],
                "the outcomes")
            try require(try await store.load().services.isEmpty, "the last write counts")
        },
    ]

    static let oneOfEach: [Write] = [
        .put(Sample.service()), .put(Sample.instance()), .put(Sample.tombstone()),
        .put(
            StoredOverride(key: OverrideKey(service: Sample.service().key, instance: "a"), override: Sample.override())),
    ]
}
