import RegistryCatalog
import RegistryModel

/// The history is forgotten by age and by count, and nothing else with it.
extension StoreConformance {
    static let trimChecks = [
        Check("records older than a time are forgotten, by whole commits") { subject in
            let store = try await subject.make()
            let all = try await Self.fill(store)
            let time = Sample.time.advanced(by: .seconds(8))
            try await store.trim(olderThan: time, keeping: 1_000)
            let kept = try await Self.pages(store, HistoryQuery(order: .ascending))
            try requireEqual(kept, all.filter { $0.time >= time }, "the records")
        },
        Check("the oldest commits above a count are forgotten") { subject in
            let store = try await subject.make()
            let all = try await Self.fill(store)
            for count in [all.count + 1, all.count, 30, 7, 1] {
                try await store.trim(olderThan: .epoch, keeping: count)
                let kept = try await Self.pages(store, HistoryQuery(order: .ascending))
                try requireEqual(kept, Array(all.suffix(kept.count)), "the records")
                try require(kept.count >= min(count, all.count), "\(kept.count) are kept, \(count) should be")
                let rest = kept.filter { $0.revision != kept.first?.revision }
                try require(
                    rest.count < count, "without the oldest commit \(rest.count) would be kept, \(count) should be")
            }
        },
        Check("a history that is forgotten altogether does not take the revision or the numbers with it") { subject in
            let store = try await subject.make()
            _ = try await Self.fill(store)
            let before = try await store.load().sorted
            try await store.trim(olderThan: Sample.time.advanced(by: .days(1)), keeping: 1_000)
            try requireEqual(
                try await store.records(matching: HistoryQuery()), HistoryPage(records: [], next: nil), "the history")
            try await store.trim(olderThan: .epoch, keeping: 0)
            let reopened = try await subject.reopen(store)
            let after = try await reopened.load().sorted
            try requireEqual(after.revision, before.revision, "the revision")
            try subject.requireNextNumber(after.nextNumber, after: before.nextNumber - 1)
            try requireEqual(after.instances, before.instances, "the instances")
            var change = Sample.change("next")
            change.revision = try await reopened.commitOne(.put(Sample.instance("next", number: 99)), change)
            try subject.requireNext(change.revision, after: before.revision)
            try requireEqual(try await reopened.records(matching: HistoryQuery()).records, [change], "the new history")
        },
    ]
}
