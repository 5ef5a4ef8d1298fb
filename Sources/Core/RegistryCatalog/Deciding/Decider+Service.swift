import RegistryModel

extension Decider {
    /// Changes a service's own fields.
    mutating func updateService(
        _ key: ServiceKey, _ patch: ServicePatch, ifMatch: Revision?, actor: String, again: Bool, _ state: CatalogState
    ) -> Decision {
        guard let current = self.draft.service(key, state) else { return .refused(.unknownService(key)) }
        let isPending = self.draft.services[key] != nil
        if let error = self.checkMatch(ifMatch, current.revision, isPending: isPending, of: "Service \(key)") {
            return .refused(error)
        }
        var updated = patch.applied(to: current)
        var check = FieldCheck()
        check.text(updated.type, Limits.serviceTypeBytes, "type")
        check.metadata(updated.metadata, "metadata")
        if !check.errors.isEmpty { return .refused(.invalid(check.errors)) }
        guard updated != current || again else {
            return .accepted(writes: [self.draft.services[key]?.write].compactMap { $0 }, created: false)
        }
        updated.updatedAt = self.time
        let fields = [("type", updated.type != current.type), ("metadata", updated.metadata != current.metadata)]
        self.draft.put(updated, at: key, state)
        return self.committedService(
            key, .updateService, actor: actor, detail: fields.filter(\.1).map(\.0).joined(separator: ", "))
    }

    /// Removes a service that has no instance.
    mutating func deleteService(_ key: ServiceKey, ifMatch: Revision?, actor: String, _ state: CatalogState) -> Decision {
        guard let current = self.draft.service(key, state) else { return .refused(.unknownService(key)) }
        let isPending = self.draft.services[key] != nil
        if let error = self.checkMatch(ifMatch, current.revision, isPending: isPending, of: "Service \(key)") {
            return .refused(error)
        }
        let count = self.draft.instanceCount(of: key, state)
        guard count == 0 else {
            return .refused(
                RegistryError(
                    .conflict,
                    "Service \(key) has \(count) instance\(count == 1 ? "" : "s"); deregister \(count == 1 ? "it" : "them") first."))
        }
        return self.removeService(key, cause: .deleteService, actor: actor, detail: "", state)
    }

    mutating func removeService(
        _ key: ServiceKey, cause: Cause, actor: String, detail: String, _ state: CatalogState
    ) -> Decision {
        self.draft.put(nil as Service?, at: key, state)
        return self.committedService(key, cause, actor: actor, detail: detail)
    }

    private mutating func committedService(_ key: ServiceKey, _ cause: Cause, actor: String, detail: String) -> Decision {
        let change = Change(
            revision: .zero, time: self.time, service: key, instance: "", cause: cause, actor: actor, detail: detail)
        self.draft.record(change)
        return .accepted(writes: [self.draft.services[key]?.write].compactMap { $0 }, created: false)
    }
}
