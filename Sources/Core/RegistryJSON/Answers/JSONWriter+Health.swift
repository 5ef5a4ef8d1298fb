import RegistryModel

extension JSONWriter {
    /// The health of one instance. `last_check` is null when unknown; details, load and metadata are there once reported.
    public mutating func health(_ document: HealthDocument) {
        self.beginObject()
        self.name(Field.id)
        self.instanceKey(document.key)
        self.name(Field.serviceID)
        self.serviceID(document.key.service)
        self.name(Field.instanceID)
        self.string(document.key.id)
        self.name(Field.status)
        self.string(document.state.text)
        self.suspectField(document.isSuspect)
        self.name(Field.cause)
        self.string(document.cause)
        self.timeField(Field.since, document.since)
        self.name(Field.error)
        self.string(document.error)
        self.timeField(Field.lastCheck, document.lastCheck)
        self.timeField(Field.updatedAt, document.updatedAt)
        self.observationFields(document.details, document.load, document.metadata)
        if let checks = document.checks {
            self.list(Field.checks) { writer in
                for check in checks { writer.check(check) }
            }
        }
        self.endObject()
    }

    private mutating func check(_ check: CheckDocument) {
        self.beginObject()
        self.name(Field.name)
        self.string(check.name)
        self.name(Field.type)
        self.string(check.kind.description)
        self.name(Field.status)
        self.string(check.status.text)
        self.timeField(Field.since, check.since)
        self.timeField(Field.lastCheck, check.lastCheck)
        self.name(Field.detail)
        self.string(check.detail)
        for (name, count) in [(Field.failures, check.failures), (Field.successes, check.successes)] {
            guard let count else { continue }
            self.name(name)
            self.integer(Int64(count))
        }
        self.endObject()
    }

    /// The health of a service. Nil for `instances`: those of the document.
    public mutating func serviceHealth(
        _ document: ServiceHealthDocument, instances: ((inout JSONWriter) -> Void)? = nil
    ) {
        self.beginObject()
        self.name(Field.serviceID)
        self.serviceID(document.service)
        self.name(Field.status)
        self.status(document.status)
        self.list(Field.instances) { writer in
            if let instances { return instances(&writer) }
            for instance in document.instances { writer.health(instance) }
        }
        self.revisionField(document.revision)
        self.endObject()
    }

    mutating func observationFields(_ details: HealthDetails?, _ load: LoadReport?, _ metadata: Metadata?) {
        if let details {
            self.name(Field.details)
            self.details(details)
        }
        if let load {
            self.name(Field.load)
            self.load(load)
        }
        if let metadata {
            self.name(Field.metadata)
            self.metadata(metadata)
        }
    }

    private mutating func details(_ details: HealthDetails) {
        self.beginObject()
        self.numberField(Field.cpu, details.cpu)
        self.numberField(Field.memory, details.memory)
        self.numberField(Field.disk, details.disk)
        if let network = details.network {
            self.name(Field.network)
            self.beginObject()
            self.name(Field.receivedBytes)
            self.integer(network.receivedBytes)
            self.name(Field.sentBytes)
            self.integer(network.sentBytes)
            self.name(Field.errors)
            self.integer(network.errors)
            self.endObject()
        }
        self.name(Field.errors)
        self.strings(details.errors)
        self.endObject()
    }

    private mutating func load(_ load: LoadReport) {
        self.beginObject()
        self.name(Field.requests)
        self.integer(load.requests)
        self.name(Field.errors)
        self.integer(load.errors)
        self.numberField(Field.latency, load.latency)
        self.numberField(Field.cpu, load.cpu)
        self.numberField(Field.memory, load.memory)
        self.endObject()
    }

    private mutating func numberField(_ name: StaticString, _ value: Double?) {
        guard let value else { return }
        self.name(name)
        self.number(value)
    }
}
