import RegistryCatalog
import RegistryModel

/// What one commit changed in a view of a service: the view of those instances that a filter lets through.
struct DeltaView {
    let changes: [Change]
    /// Changed or added in the view, as they are now.
    let instances: [Instance]
    /// The ids of those that left the view, gone or not.
    let removed: [String]

    /// Nil when nothing of it concerns the view: its instances neither were nor are in it. What the service itself underwent always
    /// concerns it.
    init?(_ delta: ServiceDelta, where filter: InstanceFilter) {
        var changes: [Change] = []
        var instances: [Instance] = []
        var removed: [String] = []
        var seen: Set<String> = []
        for entry in delta.entries {
            guard !entry.change.instance.isEmpty else {
                changes.append(entry.change)
                continue
            }
            let was = entry.before.map { filter.matches($0.instance) } ?? false
            let now = entry.after.flatMap { filter.matches($0.instance) ? $0.instance : nil }
            guard was || now != nil else { continue }
            changes.append(entry.change)
            // Several changes of one instance within a commit all tell its state before and after the commit.
            guard seen.insert(entry.change.instance).inserted else { continue }
            if let now { instances.append(now) } else { removed.append(entry.change.instance) }
        }
        for (before, after) in delta.others {
            let now = filter.matches(after.instance)
            guard now || filter.matches(before.instance) else { continue }
            if now { instances.append(after.instance) } else { removed.append(after.id) }
        }
        if changes.isEmpty { return nil }
        self.changes = changes
        self.instances = instances
        self.removed = removed
    }
}
