public import RegistryModel

extension JSONWriter {
    /// `{namespace, service, instance?, scope, status?, weight?, reason, actor, created_at, expires_at?, absent_since?, revision}`: an
    /// operator's decision, with what it is about. What it does not decide is left out.
    public mutating func override(_ document: OverrideDocument) {
        self.beginObject()
        self.name(Field.namespace)
        self.string(document.key.service.namespace)
        self.name(Field.service)
        self.string(document.key.service.name)
        if let instance = document.key.instance {
            self.name(Field.instance)
            self.string(instance)
        }
        self.decisionFields(document.override, scope: document.key.instance == nil ? Field.service : Field.instance)
        if let since = document.override.absentSince { self.timeField(Field.absentSince, since) }
        self.name(Field.revision)
        self.integer(document.override.revision.rawValue)
        self.endObject()
    }

    /// The answer to `PUT …/override`.
    public mutating func overrideAnswer(_ document: OverrideDocument, revision: Revision, warnings: [String] = []) {
        self.beginObject()
        self.name(Field.override)
        self.override(document)
        self.name(Field.revision)
        self.integer(revision.rawValue)
        self.warningsField(warnings)
        self.endObject()
    }

    /// The decisions that an instance stands under, and what its owner said. Where both its own and its service's hold, its own counts
    /// first, field by field.
    mutating func overrideFields(_ overrides: AppliedOverrides, registered spec: InstanceSpec) {
        if let own = overrides.instance {
            self.override(own, scope: Field.instance, under: Field.override)
            if let service = overrides.service {
                self.override(service, scope: Field.service, under: Field.serviceOverride)
            }
        } else if let service = overrides.service {
            self.override(service, scope: Field.service, under: Field.override)
        }
        self.name(Field.registered)
        self.beginObject()
        self.name(Field.status)
        self.string(spec.status.text)
        self.name(Field.weight)
        self.integer(Int64(spec.weight))
        self.endObject()
    }

    private mutating func override(_ override: Override, scope: StaticString, under name: StaticString) {
        self.name(name)
        self.beginObject()
        self.decisionFields(override, scope: scope)
        self.endObject()
    }

    private mutating func decisionFields(_ override: Override, scope: StaticString) {
        self.name(Field.scope)
        self.string(scope)
        if let status = override.status {
            self.name(Field.status)
            self.string(status.text)
        }
        if let weight = override.weight {
            self.name(Field.weight)
            self.integer(Int64(weight))
        }
        self.name(Field.reason)
        self.string(override.reason)
        self.name(Field.actor)
        self.string(override.actor)
        self.timeField(Field.createdAt, override.createdAt)
        if let end = override.expiresAt { self.timeField(Field.expiresAt, end) }
    }
}
