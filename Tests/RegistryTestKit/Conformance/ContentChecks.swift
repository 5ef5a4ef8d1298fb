import RegistryCatalog
import RegistryModel

/// What is committed is what is loaded.
extension StoreConformance {
    static let contentChecks = [
        Check("an empty store is at revision 0 and has an id") { subject in
            let stored = try await subject.make().load()
            try requireEqual(stored.revision, .zero, "the revision")
            try requireEqual(stored.nextNumber, 1, "the next number")
            try require(stored.services.isEmpty && stored.instances.isEmpty && stored.tombstones.isEmpty, "it is empty")
            try require(!stored.registryID.isEmpty, "it has a registry id")
        },
        Check("records are loaded as they were committed, with their revision") { subject in
            let store = try await subject.make()
            let service = Sample.service(type: "rest", metadata: ["team": "a"], emptySince: Sample.time)
            var instance = Sample.instance(spec: Self.fullSpec, incarnation: 42)
            instance.health = Sample.health(.down, cause: .expire, error: "no heartbeat for 30s")
            let tombstone = Sample.tombstone("gone")
            let outcomes = await store.commit([.put(service), .put(instance), .put(tombstone)])
            let revision = try requireOne(outcomes.revisions)
            try subject.requireNext(revision, after: .zero)
            try requireEqual(outcomes, Array(repeating: .committed(revision), count: 3), "the outcomes")
            let stored = try await store.load()
            let at = revision.rawValue
            try requireEqual(stored.services, [service.at(at)], "the services")
            try requireEqual(stored.instances, [StoredInstance(service: 1, instance: instance.at(at))], "the instances")
            try requireEqual(
                stored.tombstones, [StoredTombstone(service: service.key, tombstone: tombstone.at(at))],
                "the tombstones")
            try requireEqual(stored.revision, revision, "the revision of the store")
        },
        Check("a subscription is kept, changed and removed like any record, over a restart too") { subject in
            let store = try await subject.make()
            var subscription = Sample.subscription()
            let outcomes = await store.commit([.put(subscription), .put(Sample.service())])
            let first = try requireOne(outcomes.revisions)
            try requireEqual(outcomes, [.committed(first), .committed(first)], "the outcomes")
            subscription.progress = DeliveryProgress(
                status: .failed, acknowledged: Revision(1), sequence: 7, lastNotify: Sample.time, error: "why",
                retryCount: 3, failingSince: Sample.time)
            subscription.revivals = 2
            subscription.revision = try await store.commitOne(.put(subscription, expected: first))
            try subject.requireNext(subscription.revision, after: first)
            try requireEqual(
                await store.commit([.put(subscription, expected: first)]), [.conflict], "a change of an old one")
            let reopened = try await subject.reopen(store)
            let stored = try await reopened.load()
            try requireEqual(stored.subscriptions, [subscription], "the subscriptions")
            try subject.requireNextNumber(stored.nextNumber, after: subscription.number)
            try await reopened.commitOne(Write.put(subscription).removed(expected: subscription.revision))
            try require(try await reopened.load().subscriptions.isEmpty, "the subscription is gone")
        },
        Check("records are changed and removed") { subject in
            let store = try await subject.make()
            let first = try await store.commitOne(.put(Sample.service()))
            var changed = Sample.service()
            changed.type = "grpc"
            let second = try await store.commitOne(.put(changed, expected: first))
            try requireEqual(try await store.load().services, [changed.at(second.rawValue)], "the services")
            let third = try await store.commitOne(Write.put(changed).removed(expected: second))
            try subject.requireNext(third, after: second)
            try require(try await store.load().services.isEmpty, "the service is gone")
            try requireEqual(try await store.load().revision, third, "the revision")
        },
        Check("each commit has the next revision, whatever it did") { subject in
            let store = try await subject.make()
            var revision = Revision.zero
            for number in 1...5 {
                let next = try await store.commitOne(.put(Sample.instance("\(number)", number: Int64(number))))
                try subject.requireNext(next, after: revision)
                revision = next
            }
            let removal = Write.put(Sample.instance("5", number: 5)).removed(expected: revision)
            let last = try requireOne(await store.commit([removal]).revisions)
            try subject.requireNext(last, after: revision)
            try requireEqual(try await store.load().revision, last, "the revision")
        },
        Check("a number is never given out again") { subject in
            let store = try await subject.make()
            let revision = try await store.commitOne(.put(Sample.instance(number: 900)))
            try await store.commitOne(Write.put(Sample.instance(number: 900)).removed(expected: revision))
            try requireEqual(try await store.load().nextNumber, 901, "the next number")
            let reopened = try await subject.reopen(store)
            let next = try await reopened.load().nextNumber
            try subject.requireNextNumber(next, after: 900)
        },
        Check("a restart keeps everything") { subject in
            let store = try await subject.make()
            let writes: [Write] = [
                .put(Sample.service()), .put(Sample.instance()), .put(Sample.tombstone("gone")),
                .put(StoredOverride(key: OverrideKey(service: Sample.service().key), override: Sample.override())),
                .put(Sample.subscription()),
            ]
            _ = await store.commit(writes, changes: [.init(Sample.change(), write: 1)])
            let before = try await store.load().sorted
            let history = try await store.records(matching: HistoryQuery())
            let reopened = try await subject.reopen(store)
            let after = try await reopened.load().sorted
            try requireEqual(after.registryID, before.registryID, "the registry id")
            try requireEqual(after.revision, before.revision, "the revision")
            try requireEqual(after.services, before.services, "the services")
            try requireEqual(after.instances, before.instances, "the instances")
            try requireEqual(after.tombstones, before.tombstones, "the tombstones")
            try requireEqual(after.overrides, before.overrides, "the overrides")
            try requireEqual(after.subscriptions, before.subscriptions, "the subscriptions")
            try requireEqual([after.overrides.count, after.subscriptions.count], [1, 1], "how many there are")
            try requireEqual(try await reopened.records(matching: HistoryQuery()), history, "the history")
            try subject.requireNext(
                try await reopened.commitOne(.put(Sample.instance("b", number: 9))), after: before.revision)
        },
        Check("a group of 1,000 writes is one commit, or as few as it takes") { subject in
            let store = try await subject.make()
            let instances = (1...1_000).map {
                Sample.instance("i-\($0)", number: Int64($0), spec: Sample.typicalSpec($0))
            }
            let changes = instances.indices.map {
                CommitGroup.RecordedChange(Sample.change(instances[$0].id), write: $0)
            }
            let outcomes = await store.commit(instances.map { .put($0) }, changes: changes)
            try requireEqual(outcomes.revisions.count, instances.count, "the number of committed writes")
            let commits = Set(outcomes.revisions).count
            let fewest = (instances.count - 1) / subject.commitWrites + 1
            try require((fewest...fewest + 1).contains(commits), "\(commits) commits, where \(fewest) would do")
            try requireEqual(outcomes.revisions, outcomes.revisions.sorted(), "the revisions in order")
            let stored = try await store.load().sorted
            try requireEqual(
                stored.instances.map(\.instance), zip(instances, outcomes.revisions).map { $0.at($1.rawValue) },
                "the instances")
            let page = try await store.records(matching: HistoryQuery(order: .ascending, limit: 1_000))
            try requireEqual(page.records.map(\.instance), instances.map(\.id), "the history")
        },
        Check("everything at its limits, and any Unicode, is kept") { subject in
            let store = try await subject.make()
            let text = String(repeating: "\u{1F600}e\u{301}\u{0}\u{10FFFF}", count: 85)
            let metadata = Metadata(
                (0..<Limits.metadataPairs).map { index in
                    let key = String(repeating: "k", count: Limits.metadataKeyBytes.upperBound - 2) + String(10 + index)
                    return Metadata.Pair(key: key, value: String(text.prefix(index)))
                })
            var spec = Self.fullSpec
            spec.metadata = metadata
            spec.tags = (0..<Limits.tags).map {
                String(repeating: "t", count: Limits.tagBytes.upperBound - 2) + String(10 + $0)
            }
            spec.weight = .max
            spec.port = .max
            let instance = Sample.instance(
                String(repeating: "n", count: Limits.nameBytes.upperBound), spec: spec,
                incarnation: Limits.largestInteger,
                health: Sample.health(.unknown, error: text))
            var change = Sample.change(instance.id, detail: text)
            change.revision = try await store.commitOne(.put(instance), change)
            let reopened = try await subject.reopen(store)
            try requireEqual(
                try await reopened.load().instances.map(\.instance), [instance.at(change.revision.rawValue)],
                "the instance")
            try requireEqual(try await reopened.records(matching: HistoryQuery()).records, [change], "the record")
        },
        Check("it says that it can be written, and changes nothing by that") { subject in
            let store = try await subject.make()
            let revision = try await store.commitOne(.put(Sample.service()))
            try require(await store.isWritable(), "it is writable")
            try require(await store.isWritable(), "it is still writable")
            try requireEqual(try await store.load().revision, revision, "the revision")
        },
    ]

    /// A spec with something in every field.
    static let fullSpec = InstanceSpec(
        host: "::1", port: 8443, protocol: "https", version: "2.0.0-rc.1", status: .draining, weight: 0,
        tags: ["blue", "", "blue"], metadata: ["a": "1", "b": ""], locality: Locality(region: "eu", zone: "eu-1"),
        ports: [NamedPort(name: "admin", port: 1), NamedPort(name: "metrics", port: 65_535)], ttl: .never,
        checks: [
            HealthCheck(name: "beat", kind: .ttl, interval: .seconds(10)), HealthCheck(name: "web", kind: .http),
        ], deregisterAfter: .after(.zero))
}

extension Service {
    func at(_ revision: Int64) -> Service {
        var result = self
        result.revision = Revision(revision)
        return result
    }
}

extension Instance {
    func at(_ revision: Int64) -> Instance {
        var result = self
        result.revision = Revision(revision)
        return result
    }
}

extension Tombstone {
    func at(_ revision: Int64) -> Tombstone {
        var result = self
        result.revision = Revision(revision)
        return result
    }
}
