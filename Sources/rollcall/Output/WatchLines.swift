import RollcallClient

/// The lines of a watch. Keeps the ids in each service's view, to tell a new instance from a changed one.
struct WatchLines: Sendable {
    private var present: [ServiceKey: Set<String>] = [:]

    /// What is to be printed for an event; empty when there is nothing to say.
    mutating func take(_ event: WatchEventDocument) -> String {
        switch event {
        case .snapshot(let service, let revision, let document):
            return self.snapshot(of: service, revision, document.instances ?? [])
        case .change(let service, let revision, let records, let instances, let removed):
            return self.change(of: service, revision, records, Set(instances.map(\.id)), Set(removed))
        case .gap(let service, let from, let to):
            return Self.line("", to, "!", service, "", "gap, changes since revision \(from) are not known")
        case .synced:
            return ""
        }
    }

    private mutating func snapshot(of service: ServiceKey, _ revision: Revision, _ instances: [Instance]) -> String {
        self.present[service] = Set(instances.map(\.id))
        guard !instances.isEmpty else { return Self.line("", revision, "=", service, "", "no instances") }
        return instances.map {
            Self.line($0.updatedAt.description, $0.revision, "=", service, $0.id, $0.health.state.description)
        }.joined()
    }

    private mutating func change(
        of service: ServiceKey, _ revision: Revision, _ records: [HistoryRecord], _ changed: Set<String>,
        _ removed: Set<String>
    ) -> String {
        let before = self.present[service] ?? []
        self.present[service] = before.subtracting(removed).union(changed)
        return records.compactMap { record in
            guard let sign = Self.sign(of: record.instance, before, changed, removed) else { return nil }
            return Self.line(record.time.description, revision, sign, service, record.instance, record.cause)
        }.joined()
    }

    /// Nil for an instance that neither was nor is in the view.
    private static func sign(
        of instance: String, _ before: Set<String>, _ changed: Set<String>, _ removed: Set<String>
    ) -> String? {
        if instance.isEmpty { return "~" }
        if removed.contains(instance) { return "-" }
        guard changed.contains(instance) else { return nil }
        return before.contains(instance) ? "~" : "+"
    }

    private static func line(
        _ time: String, _ revision: Revision, _ sign: String, _ service: ServiceKey, _ instance: String, _ cause: String
    ) -> String {
        [time, revision.description, sign, service.description, instance, cause]
            .map { $0.isEmpty ? "-" : Table.printable($0) }.joined(separator: "  ") + "\n"
    }
}
