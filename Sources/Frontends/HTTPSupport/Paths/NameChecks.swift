public import RegistryModel

extension PathNames {
    /// The service that the path names in its place `service`. Throws `invalid` with the field `service`.
    public func service(in namespace: String) throws(RegistryError) -> ServiceKey {
        let name = self["service"]
        if let fault = Names.fault(in: name, allowingBrackets: false) {
            throw .invalid([FieldError(field: "service", message: fault)])
        }
        return ServiceKey(namespace: namespace, name: name)
    }

    /// The instance that the path names in `service` and `instance`. Throws `invalid` with the field at fault.
    public func instance(in namespace: String) throws(RegistryError) -> InstanceKey {
        let service = try self.service(in: namespace)
        let id = self["instance"]
        if let fault = Names.fault(in: id, allowingBrackets: true) {
            throw .invalid([FieldError(field: "instance", message: fault)])
        }
        return InstanceKey(service: service, id: id)
    }
}

extension Query {
    /// `namespace`; nil when it is not given. A bad name is a fault.
    public mutating func namespace() -> String? {
        guard let name = self.text("namespace") else { return nil }
        if let fault = Names.fault(in: name, allowingBrackets: false) { self.fail("namespace", fault) }
        return name
    }

    /// `namespace` where `*` means every one: nil then; `default` when it is not given.
    public mutating func namespaceOrAll() -> String? {
        self.text("namespace") == "*" ? nil : self.namespace() ?? ServiceKey.defaultNamespace
    }
}
