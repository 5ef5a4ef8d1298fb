import RegistryCatalog
import RegistryModel

/// What is committed comes out of the stream, in order and once.
extension StoreConformance {
    static let streamChecks = [
        Check("every commit comes out of the stream in order, with the revision in its values") { subject in
            let store = try await subject.make()
            var batches = store.committed.makeAsyncIterator()
            for number in 1...10 {
                let service = Sample.service("s-\(number)", number: Int64(number))
                try await store.commitOne(.put(service), Sample.change("", service: service.key))
            }
            for number in 1...10 {
                let revision = Revision(Int64(number))
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
            try await store.commitOne(.put(Sample.instance("a", number: 1)))
            let nothing = await store.commit(
                [.put(Sample.instance("a", number: 1))], changes: [.init(Sample.change(), write: 0)])
            try requireEqual(nothing, [.conflict], "the outcome")
            _ = await store.commit(
                [
                    .put(Sample.instance("a", number: 1)),
                    Write.put(Sample.instance("a", number: 1)).removed(expected: Revision(1)),
                ],
                changes: [.init(Sample.change("x"), write: 0), .init(Sample.change("a", cause: .deregister), write: 1)])
            let first = await batches.next()
            try requireEqual(first?.revision, Revision(1), "the first revision")
            let second = await batches.next()
            try requireEqual(second?.revision, Revision(2), "no revision is spent on a conflict; the second")
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
            try requireEqual(revisions, Array(1...50), "the revisions")
        },
    ]
}
