import RegistryCatalog
import RegistryModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is to be written and removed so that a store holds one catalogue and nothing else of its kind, whatever it holds. Pure.
struct Reseeding {
    struct Step: Hashable {
        /// Below the prefix.
        let key: String
        /// Nil: it is removed.
        let value: Data?
    }

    /// Records of services come last: the revision of a service is none below those of its instances. None when all is as it should
    /// be.
    let transactions: [[Step]]

    /// - Parameters:
    ///   - stored: what is there, by keys below the prefix.
    ///   - level: the schema that is written.
    init(_ catalog: StoredCatalog, over stored: [String: Data], _ level: UInt32) {
        let records = CommittedBatch(whole: catalog, time: Timestamp(milliseconds: 0)).records
        var wanted: Set<String> = []
        var steps: [Step] = []
        var services: [Step] = []
        for record in records {
            let key = record.key
            wanted.insert(key)
            // What a later version knows of it is kept; what is no record is replaced.
            guard let value = (try? record.value(over: stored[key], level)) ?? (try? record.value(over: nil, level)),
                value != stored[key]
            else { continue }
            if case .service = record {
                services.append(Step(key: key, value: value))
            } else {
                steps.append(Step(key: key, value: value))
            }
        }
        let removed = stored.keys.filter { !wanted.contains($0) && Self.isRecord($0) }.sorted()
        self.transactions = Self.split(removed.map { Step(key: $0, value: nil) } + steps + services)
    }

    private static func isRecord(_ key: String) -> Bool {
        switch EtcdLayout.place(of: key) {
        case .service, .instance, .override, .subscription: true
        default: false
        }
    }

    private static func split(_ steps: [Step]) -> [[Step]] {
        var transactions: [[Step]] = []
        var bytes = 0
        for step in steps {
            let size = step.key.utf8.count + (step.value?.count ?? 0)
            if let last = transactions.last, last.count < TransactionPlan.longest,
                bytes + size <= TransactionPlan.bytes
            {
                transactions[transactions.count - 1].append(step)
                bytes += size
            } else {
                transactions.append([step])
                bytes = size
            }
        }
        return transactions
    }
}
