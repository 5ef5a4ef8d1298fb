import RegistryCatalog
import RegistryModel

/// A write is made only on the revision that it was decided on.
extension StoreConformance {
    static let conflictChecks = [
        Check("a record that must not exist, and does, conflicts") { subject in
            let store = try await subject.make()
            var revision = Revision.zero
            for write in Self.oneOfEach { revision = try await store.commitOne(write) }
            for write in Self.oneOfEach {
                try requireEqual(await store.commit([write]), [.conflict], "putting \(write.record) again")
            }
            guard subject.isAlone else { return }
            try requireEqual(try await store.load().revision, revision, "the revision")
        },
        Check("a stale revision conflicts, for a change and for a removal") { subject in
            let store = try await subject.make()
            for write in Self.oneOfEach {
                let first = try await store.commitOne(write)
                let second = try await store.commitOne(Write(write.record, expected: first))
                try subject.requireNext(second, after: first)
                for stale in [first, second.next, .zero] {
                    try requireEqual(
                        await store.commit([Write(write.record, expected: stale)]), [.conflict], "a stale change")
                    try requireEqual(
                        await store.commit([write.removed(expected: stale)]), [.conflict], "a stale removal")
                }
                try subject.requireNext(
                    try await store.commitOne(write.removed(expected: second)), after: second)
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
            guard subject.isAlone else { return }
            try requireEqual(try await store.load().revision, .zero, "the revision")
        },
        Check("writes stand or fall alone, and so do their changes") { subject in
            let store = try await subject.make()
            let first = try await store.commitOne(.put(Sample.instance("a", number: 1)))
            let writes: [Write] = [
                .put(Sample.instance("b", number: 2)), .put(Sample.instance("a", number: 1)),
                .put(Sample.instance("c", number: 3)),
            ]
            let changes = ["b", "a", "c", "b again"].enumerated().map { index, id in
                CommitGroup.RecordedChange(Sample.change(id), write: index % 3)
            }
            let outcomes = await store.commit(writes, changes: changes)
            let second = try requireOne(outcomes.revisions)
            try subject.requireNext(second, after: first)
            try requireEqual(outcomes, [.committed(second), .conflict, .committed(second)], "the outcomes")
            try requireEqual(
                try await store.load().sorted.instances.map(\.instance.id), ["a", "b", "c"], "the instances")
            let page = try await store.records(matching: HistoryQuery(sinceRevision: second, order: .ascending))
            try requireEqual(page.records.map(\.instance), ["b", "c", "b again"], "the changes")
        },
        Check("an instance and its tombstone take each other's place in one commit, both or neither") { subject in
            let store = try await subject.make()
            let (instance, tombstone) = (Sample.instance("a", number: 2), Sample.tombstone("a", number: 3))
            let first = try await store.commitOne(.put(instance))
            let stale = await store.commit([
                Write.put(instance).removed(expected: first.next), .put(Sample.tombstone("b", number: 4)),
            ])
            try requireEqual(stale.first, .conflict, "a stale removal")
            let gone = await store.commit([Write.put(instance).removed(expected: first), .put(tombstone)])
            let second = try requireOne(gone.revisions)
            try requireEqual(gone, [.committed(second), .committed(second)], "the outcomes of the removal")
            let removed = try await store.load().sorted
            try require(removed.instances.isEmpty, "the instance is gone")
            try require(
                removed.tombstones.contains(
                    StoredTombstone(service: Sample.service().key, tombstone: tombstone.at(second.rawValue))),
                "the tombstone is there")
            let back = await store.commit([Write.put(tombstone).removed(expected: second), .put(instance)])
            let third = try requireOne(back.revisions)
            try requireEqual(back, [.committed(third), .committed(third)], "the outcomes of the return")
            let returned = try await store.load()
            try requireEqual(returned.instances.map(\.instance), [instance.at(third.rawValue)], "the instances")
            try requireEqual(returned.tombstones.filter { $0.tombstone.id == "a" }, [], "the tombstones")
        },
        Check("later writes of a group see earlier ones") { subject in
            let store = try await subject.make()
            let service = Sample.service()
            guard subject.isAlone else {
                // Where the revision is not known before the commit, nobody can rest on it.
                let outcomes = await store.commit([.put(service), .put(service)])
                try requireEqual(
                    outcomes, [.committed(try requireOne(outcomes.revisions)), .conflict], "the outcomes")
                return try requireEqual(try await store.load().services.count, 1, "the number of services")
            }
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
        .put(Sample.service()), .put(Sample.instance()), .put(Sample.tombstone("gone")),
        .put(
            StoredOverride(key: OverrideKey(service: Sample.service().key, instance: "a"), override: Sample.override())),
        .put(Sample.subscription()),
    ]
}
