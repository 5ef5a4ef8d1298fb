import RegistryCatalog
import RegistryJSON
import RegistryModel

extension JSONWriter {
    /// The answer to a heartbeat: the instance's health record without what was observed, and the revision.
    mutating func renewal(_ record: InstanceRecord, _ key: InstanceKey, revision: Revision, warnings: [String] = []) {
        let health = record.instance.health
        let beat = record.lease?.lastBeat
        self.beginObject()
        self.name(Field.id)
        self.instanceKey(key)
        self.name(Field.serviceID)
        self.serviceID(key.service)
        self.name(Field.instanceID)
        self.string(key.id)
        self.name(Field.status)
        self.string(health.state.description)
        self.suspectField(record.instance.isSuspect)
        self.name(Field.cause)
        self.string(health.cause.description)
        self.name(Field.since)
        self.timestamp(health.since)
        self.name(Field.error)
        self.string(health.error)
        self.name(Field.lastCheck)
        if let beat { self.timestamp(beat) } else { self.null() }
        self.name(Field.updatedAt)
        self.timestamp(max(beat ?? health.since, health.since))
        self.name(Field.revision)
        self.integer(revision.rawValue)
        self.warningsField(warnings)
        self.endObject()
    }
}
