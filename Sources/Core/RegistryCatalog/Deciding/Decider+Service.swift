import RegistryModel

extension Decider {
    /// Changes a service's own fields.
    mutating func updateService(
        _ key: ServiceKey, _ patch: ServicePatch, ifMatch: Revision?, actor: String, _ state: CatalogState
    ) throws(RegistryError) {
        let current = try self.present(key, ifMatch: ifMatch, state)
        var updated = patch.applied(to: current)
        var check = FieldCheck()
        check.text(updated.type, Limits.serviceTypeBytes, "type")
        check.metadata(updated.metadata, "metadata")
        if !check.errors.isEmpty { throw .invalid(check.errors) }
        guard updated != current else { return }
        updated.updatedAt = self.time
        self.draft.put(updated, at: key, state)
        let fields = [("type", updated.type != current.type), ("metadata", updated.metadata != current.metadata)]
        self.record(
            key, .updateService, actor: actor, detail: fields.filter(\.1).map(\.0).joined(separator: ", "), state)
    }

    /// Removes a service that has no instance.
    mutating func deleteService(
        _ key: ServiceKey, ifMatch: Revision?, actor: String, _ state: CatalogState
    ) throws(RegistryError) {
        _ = try self.present(key, ifMatch: ifMatch, state)
        let count = self.draft.instanceCount(of: key, state)
        guard count == 0 else {
            throw RegistryError(
                .conflict,
                "Service \(key) has \(count) instance\(count == 1 ? "" : "s"); deregister \(count == 1 ? "it" : "them") first."
            )
        }
        // Where each write stands alone, that of the instance which was the last one may come to nothing.
        if self.waits(for: state.entry(of: key)?.instances.isEmpty == false) { return }
        self.draft.put(nil as Service?, at: key, state)
        self.record(key, .deleteService, actor: actor, detail: "", state)
        self.note(isThere: false, OverrideKey(service: key), state)
    }

    /// The service, if it exists and is still at the revision that was asked for.
    private mutating func present(
        _ key: ServiceKey, ifMatch: Revision?, _ state: CatalogState
    ) throws(RegistryError) -> Service {
        guard let current = self.draft.service(key, state) else { throw .unknownService(key) }
        let isPending = self.draft.isWritten(key, state)
        try self.checkMatch(ifMatch, current.revision, isPending: isPending, of: "Service \(key)")
        return current
    }
}
