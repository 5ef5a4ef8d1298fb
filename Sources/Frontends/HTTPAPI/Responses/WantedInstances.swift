import RegistryCatalog
import RegistryModel

extension ServiceSnapshot {
    /// The instances that are wanted, in the order of their ids. Whoever asks for nothing in particular is given the suspects behind the others.
    func instances(where filter: InstanceFilter) -> [InstanceRecord] {
        let wanted = self.instances.lazy.filter { filter.matches($0.instance) }
        guard filter.health == nil, self.summary.suspects > 0 else { return Array(wanted) }
        return wanted.filter { !$0.instance.isSuspect } + wanted.filter { $0.instance.isSuspect }
    }

    /// How many suspects are among those that are wanted.
    func suspects(where filter: InstanceFilter) -> Int {
        guard self.summary.suspects > 0 else { return 0 }
        return self.instances.count { $0.instance.isSuspect && filter.matches($0.instance) }
    }
}
