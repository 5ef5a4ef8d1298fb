import RollcallClient

extension Reports {
    /// The health of a service, as a line, and of its instances.
    static func health(_ document: ServiceHealthDocument) -> String {
        let status = document.status
        var line = "\(document.service) is \(status.health) with \(status.instances) instances"
        if let time = status.lastCheck { line += ", last checked at \(time)" }
        line += status.error.isEmpty ? ".\n" : ". \(status.error)\n"
        return Table.printable(String(line.dropLast())) + "\n\n" + self.health(document.instances)
    }

    /// The health of instances, and each of their checks.
    static func health(_ documents: [HealthDocument]) -> String {
        var table = Table("INSTANCE", "HEALTH", "SINCE", "LAST CHECK", "CAUSE", "ERROR")
        var checks = Table("INSTANCE", "CHECK", "TYPE", "STATUS", "SINCE", "LAST CHECK", "IN A ROW", "DETAIL")
        for document in documents {
            let state = document.state.description + (document.isSuspect ? " (suspect)" : "")
            table.add(
                document.key.id, state, document.since?.description ?? "", document.lastCheck?.description ?? "",
                document.cause, document.error)
            for check in document.checks ?? [] {
                checks.add(
                    document.key.id, check.name, check.kind.description, check.status.description,
                    check.since?.description ?? "", check.lastCheck?.description ?? "", Self.run(of: check),
                    check.detail)
            }
        }
        return checks.isEmpty ? table.description : "\(table)\n\(checks)"
    }

    /// How often it passed or failed in a row, up to now.
    private static func run(of check: CheckDocument) -> String {
        guard let failures = check.failures, let successes = check.successes else { return "" }
        return failures > 0 ? "failed \(failures)" : successes > 0 ? "passed \(successes)" : ""
    }
}
