import RegistryCatalog
import RegistryModel

/// What is committed comes out of the stream, in order and once.
extension StoreConformance {
    static let streamChecks = [
        Check("every commit comes out of the stream in order, with the revision in its values") { subject in
            let store = try await subject.make()
            var batches = store.committed.makeAsyncIterator()
            var revisions: [Revision] = []
            for number in 1...10 {
                let service = Sample.service("s-\(number)", number: Int64(number))
                revisions.append(
                    try await store.commitOne(.put(service), Sample.change("", service: service.key)))
            }
            for (number, revision) in zip(1..., revisions) {
                guard let batch = await batches.next() else {
                    throw ConformanceFailure(description: "the stream ended")
                }
                try requireEqual(batch.revision, revision, "the revision")
                try requireEqual(batch.time, Sample.time, "the time")
                try requireEqual(batch.changes.map(\.revision), [revision], "the revisions of the changes")
                guard case .service(let key, Int64(number), let value?)? = batch.records.first else {
                    throw ConformanceFailure(description: "commit \(number) gave \(batch.records)")
                }
                try requireEqual(key.name, "s-\(number)", "the key")
                try requireEqual(value.revision, revision, "the revision of the value")
            }
        },
        Check("only what was committed comes out of the stream") { subject in
            let store = try await subject.make()
            var batches = store.committed.makeAsyncIterator()
            let first = try await store.commitOne(.put(Sample.instance("a", number: 1)))
            let nothing = await store.commit(
                [.put(Sample.instance("a", number: 1))], changes: [.init(Sample.change(), write: 0)])
            try requireEqual(nothing, [.conflict], "the outcome")
            let outcomes = await store.commit(
                [
                    .put(Sample.instance("b", number: 2), expected: first.next),
                    Write.put(Sample.instance("a", number: 1)).removed(expected: first),
                ],
                changes: [.init(Sample.change("x"), write: 0), .init(Sample.change("a", cause: .deregister), write: 1)])
            try requireEqual(await batches.next()?.revision, first, "the first revision")
            let second = await batches.next()
            try requireEqual(second?.revision, try requireOne(outcomes.revisions), "the second revision")
            if subject.isAlone {
                try requireEqual(second?.revision, first.next, "no revision is spent on a conflict; it")
            }
            try requireEqual(second?.records.count, 1, "the records of the second")
            try requireEqual(second?.changes.map(\.cause), [.deregister], "the causes of the second")
            guard case .instance(_, number: 1, service: 1, nil)? = second?.records.first else {
                throw ConformanceFailure(description: "a removal comes out as \(String(describing: second?.records))")
            }
        },
        Check("commits of several tasks come out in the order of revisions") { subject in
            let store = try await subject.make()
            let revisions = try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...50 {
                    group.addTask {
                        try await store.commitOne(.put(Sample.instance("\(number)", number: Int64(number))))
                    }
                }
                var batches = store.committed.makeAsyncIterator()
                var revisions: [Int64] = []
                while revisions.count < 50, let batch = await batches.next() {
                    revisions.append(batch.revision.rawValue)
                }
                try await group.waitForAll()
                return revisions
            }
            try requireEqual(revisions, revisions.sorted(), "the revisions in order")
            try requireEqual(Set(revisions).count, 50, "the number of different revisions")
            if subject.isAlone { try requireEqual(revisions, Array(1...50), "the revisions") }
        },
    ]
}
