import RollcallClient

/// Answers as people read them.
enum Reports {
    static func registered(_ answer: InstanceAnswer) -> String {
        let service = answer.service.map { "\($0.service.key)/" } ?? ""
        var text = "\(Table.printable(service + answer.instance.id)) is on the roll at revision \(answer.revision).\n"
        for field in answer.warnings { text += "The field \(Table.printable(field)) is not known and was ignored.\n" }
        return text
    }

    static func batch(_ answer: BatchAnswer) -> String {
        var table = Table("ITEM", "RESULT", "INSTANCE", "REVISION")
        var faults = ""
        for (index, item) in answer.results.enumerated() {
            switch item {
            case .done(let status, let key, let revision):
                table.add(String(index), String(status), key.description, revision.description)
            case .failed(let problem):
                table.add(String(index), String(problem.status), "", "")
                faults += "Item \(index): \(Table.printable(problem.description))\n"
            }
        }
        return table.description + faults
    }

    static func services(_ services: [ServiceDocument]) -> String {
        var table = Table("SERVICE", "STATUS", "HEALTH", "INSTANCES", "VERSION", "REVISION")
        for document in services {
            table.add(
                document.service.key.description, document.status.state, document.status.health.description,
                String(document.status.instances), document.version, document.service.revision.description)
        }
        return table.description + self.protections(of: services)
    }

    static func instances(_ answer: DiscoverAnswer) -> String {
        var table = Table("INSTANCE", "ADDRESS", "VERSION", "STATUS", "HEALTH", "WEIGHT", "ZONE", "TAGS")
        for instance in answer.services.flatMap({ $0.instances ?? [] }) {
            let spec = instance.spec
            table.add(
                instance.id, spec.address, spec.version, instance.status.description,
                self.health(instance.health.state, isSuspect: instance.health.isSuspect), String(instance.weight),
                spec.locality.zone, spec.tags.joined(separator: ","))
        }
        return table.description + self.protections(of: answer.services)
    }

    static func selection(_ document: SelectionDocument) -> String {
        var table = Table("INSTANCE", "ADDRESS", "VERSION", "WEIGHT", "STRATEGY", "REASON")
        let spec = document.instance?.spec
        table.add(
            document.instance?.id ?? "", spec?.address ?? "", spec?.version ?? "",
            document.effectiveWeight.map { Self.weight($0) } ?? "", document.strategy, document.reason)
        return table.description
    }

    /// Without digits that say nothing.
    private static func weight(_ weight: Double) -> String {
        weight == weight.rounded() ? String(Int(weight)) : String(weight)
    }

    static func history(_ records: [HistoryRecord]) -> String {
        var table = Table("TIME", "REVISION", "SERVICE", "INSTANCE", "CAUSE", "HEALTH", "STATUS", "ACTOR", "DETAIL")
        for record in records {
            table.add(
                record.time.description, record.revision.description, record.service.description, record.instance,
                record.cause, record.health?.description ?? "", record.status?.description ?? "", record.actor,
                record.detail)
        }
        return table.description
    }

    static func subscriptions(_ subscriptions: [SubscriptionDocument]) -> String {
        var table = Table(
            "SUBSCRIPTION", "SERVICE", "CLIENT", "STATUS", "REVISION", "LAST NOTIFY", "RETRIES", "CALLBACK", "ERROR")
        for document in subscriptions {
            let progress = document.progress
            table.add(
                document.id, document.service.description, document.clientID, progress.status.description,
                progress.acknowledged?.description ?? "", progress.lastNotify?.description ?? "",
                String(progress.retryCount), document.callback, progress.error)
        }
        return table.description
    }

    static func namespaces(_ namespaces: [NamespaceDocument]) -> String {
        var table = Table("NAMESPACE", "SERVICES", "INSTANCES")
        for namespace in namespaces {
            table.add(namespace.name, String(namespace.services), String(namespace.instances))
        }
        return table.description
    }
}

extension BatchAnswer {
    var hasFailures: Bool {
        self.results.contains { if case .failed = $0 { true } else { false } }
    }
}
