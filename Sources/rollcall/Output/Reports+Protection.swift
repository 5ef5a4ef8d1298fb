import RollcallClient

/// What reports say of services that are protected.
extension Reports {
    static func protection(_ document: ProtectionDocument, of service: ServiceKey) -> String {
        let protection = document.protection
        let state = protection.isLifted ? "was protected, which is lifted," : "is protected"
        return Table.printable(
            "\(service) \(state) since \(protection.since), with \(document.suspects) suspects. "
                + "Verdict: \(protection.verdict). \(protection.detail)") + "\n"
    }

    /// A line for each service that is protected; empty when none is.
    static func protections(of services: [ServiceDocument]) -> String {
        services.compactMap { document in
            document.service.protection.map {
                self.protection(ProtectionDocument($0, suspects: document.suspects), of: document.service.key)
            }
        }.joined()
    }

    /// The health of an instance, with the flag.
    static func health(_ state: HealthState, isSuspect: Bool) -> String {
        isSuspect ? "\(state) (suspect)" : state.description
    }
}
