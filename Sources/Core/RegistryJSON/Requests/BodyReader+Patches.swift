import RegistryModel

extension BodyReader {
    /// A merge patch on an instance. Besides the fields to change it may have the incarnation that asks.
    mutating func instancePatch() throws(JSONError) -> InstancePatch? {
        guard try self.beginObject() else { return nil }
        var patch = InstancePatch()
        while let key = try self.nextKey() {
            switch key {
            case Field.status: patch.status = try self.change { body throws(JSONError) in try body.status() }
            case Field.weight: patch.weight = try self.change { body throws(JSONError) in try body.weight() }
            case Field.version: patch.version = try self.change { body throws(JSONError) in try body.string() }
            case Field.tags:
                patch.tags = try self.change { body throws(JSONError) in try body.strings(limit: Limits.tags) }
            case Field.ttl: patch.ttl = try self.change { body throws(JSONError) in try body.lifetime() }
            case Field.deregisterAfter:
                patch.deregisterAfter = try self.change { body throws(JSONError) in try body.lifetime() }
            case Field.warmUp: patch.warmUp = try self.change { body throws(JSONError) in try body.timeSpan() }
            case Field.checks: patch.checks = try self.change { body throws(JSONError) in try body.checks() }
            case Field.locality: try self.localityPatch(&patch)
            case Field.metadata:
                (patch.metadata, patch.clearsMetadata) = try self.members(limit: Limits.metadataPairs) {
                    body throws(JSONError) in try body.string()
                }
            case Field.ports:
                (patch.ports, patch.clearsPorts) = try self.members(limit: Limits.namedPorts) {
                    body throws(JSONError) in try body.port()
                }
            case Field.incarnation: patch.incarnation = try self.incarnation()
            default: try self.refuse("cannot be changed; register the instance again")
            }
        }
        self.validate(patch)
        return patch
    }

    /// A merge patch on a service.
    mutating func servicePatch() throws(JSONError) -> ServicePatch? {
        guard try self.beginObject() else { return nil }
        var patch = ServicePatch()
        while let key = try self.nextKey() {
            switch key {
            case Field.type: patch.type = try self.change { body throws(JSONError) in try body.string() }
            case Field.metadata:
                (patch.metadata, patch.clearsMetadata) = try self.members(limit: Limits.metadataPairs) {
                    body throws(JSONError) in try body.string()
                }
            default: try self.refuse("cannot be changed; of a service only type and metadata can")
            }
        }
        self.validate(patch)
        return patch
    }

    private mutating func refuse(_ message: String) throws(JSONError) {
        self.fail(message)
        try self.json.skip()
    }

    /// `.some(nil)` for null, which asks for the default; nil for a value at fault.
    private mutating func change<Value>(
        _ read: (inout BodyReader) throws(JSONError) -> Value?
    ) throws(JSONError) -> Value?? {
        if try self.takeNull() { return .some(nil) }
        return try read(&self).map { .some($0) }
    }

    private mutating func localityPatch(_ patch: inout InstancePatch) throws(JSONError) {
        (patch.region, patch.zone) = (nil, nil)
        if try self.takeNull() {
            (patch.region, patch.zone) = (.some(nil), .some(nil))
            return
        }
        guard try self.beginObject() else { return }
        while let key = try self.nextKey() {
            switch key {
            case Field.region: patch.region = try self.change { body throws(JSONError) in try body.string() }
            case Field.zone: patch.zone = try self.change { body throws(JSONError) in try body.string() }
            default: try self.refuse("is not known; a locality has region and zone")
            }
        }
    }

    /// Entries to set, or with nil to remove; null in place of the object clears all.
    private mutating func members<Value>(
        limit: Int, _ read: (inout BodyReader) throws(JSONError) -> Value?
    ) throws(JSONError) -> (changes: [String: Value?], clears: Bool) {
        if try self.takeNull() { return ([:], true) }
        guard try self.beginObject() else { return ([:], false) }
        var changes: [String: Value?] = [:]
        var count = 0
        while let key = try self.nextKey() {
            count += 1
            // As many may be removed as are set.
            if count > 2 * limit {
                try self.json.skip()
            } else if let change = try self.change(read) {
                changes.updateValue(change, forKey: key.string)
            }
        }
        if count > 2 * limit { self.fail("has \(count) entries; at most \(2 * limit) are changed at once") }
        return (changes, false)
    }

    // MARK: Limits

    /// Holds what the patch sets against the limits, on a stand-in for what it will be applied to.
    private mutating func validate(_ patch: InstancePatch) {
        var check = FieldCheck()
        check.spec(patch.applied(to: InstanceSpec(host: "stand-in", port: 1)), prefix: "")
        for error in check.errors { self.fail(error.field, error.message) }
    }

    private mutating func validate(_ patch: ServicePatch) {
        let standIn = Service(
            key: ServiceKey(name: "stand-in"), number: 0, createdAt: .epoch, updatedAt: .epoch, revision: .zero)
        let service = patch.applied(to: standIn)
        var check = FieldCheck()
        check.text(service.type, Limits.serviceTypeBytes, "type")
        check.metadata(service.metadata, "metadata")
        for error in check.errors { self.fail(error.field, error.message) }
    }
}
