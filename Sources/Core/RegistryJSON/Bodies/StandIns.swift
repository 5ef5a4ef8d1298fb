import RegistryModel

/// Values to begin with until a body has said the real ones.
extension InstanceKey {
    static let standIn = InstanceKey(service: ServiceKey(name: ""), id: "")
}

extension Service {
    static let standIn = Service(
        key: InstanceKey.standIn.service, number: 0, createdAt: .epoch, updatedAt: .epoch, revision: .zero)
}
