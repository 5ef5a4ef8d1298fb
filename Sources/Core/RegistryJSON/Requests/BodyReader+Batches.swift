import RegistryModel

extension BodyReader {
    /// `{"instances": […]}` whose items are independent: each is read by `read`, or is the error that names its fields at fault.
    mutating func batch<Item>(
        _ allowed: ClosedRange<Int>, _ read: (inout BodyReader) throws(JSONError) -> Item?
    ) throws(JSONError) -> [Result<Item, RegistryError>]? {
        try self.items(allowed) { body throws(JSONError) in
            // The item's errors are its own: they are taken out before the next one is read.
            let outer = body.errors
            body.errors = []
            let item = try body.item(read)
            let faults = body.errors
            body.errors = outer
            body.earlierErrors += faults.count
            guard faults.isEmpty, let item else { return .failure(.invalid(faults)) }
            return .success(item)
        }
    }

    /// `{"instances": […]}` whose items are taken together.
    mutating func list<Item>(
        _ allowed: ClosedRange<Int>, _ read: (inout BodyReader) throws(JSONError) -> Item?
    ) throws(JSONError) -> [Item]? {
        try self.items(allowed) { body throws(JSONError) in try body.item(read) }
    }

    private mutating func items<Item>(
        _ allowed: ClosedRange<Int>, _ read: (inout BodyReader) throws(JSONError) -> Item?
    ) throws(JSONError) -> [Item]? {
        guard try self.beginObject() else { return nil }
        var items: [Item]?
        var isMissing = true
        while let key = try self.nextKey() {
            switch key {
            case Field.instances:
                isMissing = try self.takeNull()
                if !isMissing { items = try self.elements(allowed, read) }
            default: try self.skipUnknown()
            }
        }
        if isMissing { self.failMissing(Field.instances, "give the items as an array") }
        return items
    }

    private mutating func elements<Item>(
        _ allowed: ClosedRange<Int>, _ read: (inout BodyReader) throws(JSONError) -> Item?
    ) throws(JSONError) -> [Item]? {
        guard try self.beginArray() else { return nil }
        var items: [Item] = []
        var count = 0
        while try self.nextElement(count) {
            count += 1
            if count > allowed.upperBound {
                try self.json.skip()
            } else if let item = try read(&self) {
                items.append(item)
            }
        }
        if !allowed.contains(count) {
            self.fail("has \(count) entries; \(allowed.lowerBound) to \(allowed.upperBound) are allowed")
        }
        return items
    }

    /// An item of a list, which unlike a field cannot be absent.
    private mutating func item<Item>(
        _ read: (inout BodyReader) throws(JSONError) -> Item?
    ) throws(JSONError) -> Item? {
        guard try self.takeNull() else { return try read(&self) }
        self.fail("is null; it must be an object")
        return nil
    }
}

/// Reads `{namespace?, service, instance, incarnation?}`.
///
/// Items of one batch mostly name the same few services, so the last one's key is kept and given out again.
struct ReferenceReader {
    let defaultNamespace: String?
    private var latestNamespace: String?
    private var latestService: JSONText?
    private var latestKey = InstanceKey.standIn.service

    init(defaultNamespace: String?) { self.defaultNamespace = defaultNamespace }

    mutating func read(from body: inout BodyReader) throws(JSONError) -> InstanceReference? {
        guard try body.beginObject() else { return nil }
        var namespace: String?
        var service: JSONText?
        var instance: String?
        var incarnation: Int64?
        let earlierFaults = body.errors.count
        while let key = try body.nextKey() {
            switch key {
            case Field.service: service = try body.text()
            case Field.instance: instance = try body.string()
            case Field.incarnation: incarnation = try body.incarnation()
            case Field.namespace: namespace = try body.string()
            default: try body.skipUnknown()
            }
        }
        if let instance, let fault = Names.fault(in: instance, allowingBrackets: true) {
            body.fail(Field.instance.description, fault)
        }
        guard let serviceKey = self.key(namespace, service, &body), let instance else {
            if service == nil {
                body.failMissing(Field.service, "give the service's name", unlessSaidSince: earlierFaults)
            }
            if instance == nil {
                body.failMissing(Field.instance, "give the instance's id", unlessSaidSince: earlierFaults)
            }
            return nil
        }
        return InstanceReference(key: InstanceKey(service: serviceKey, id: instance), incarnation: incarnation)
    }

    /// Nil without a service's name.
    private mutating func key(_ namespace: String?, _ service: JSONText?, _ body: inout BodyReader) -> ServiceKey? {
        if let service, let latestService, latestService.isSpelled(like: service), self.latestNamespace == namespace {
            return self.latestKey
        }
        let earlierFaults = body.errors.count
        if let namespace, let fault = Names.fault(in: namespace, allowingBrackets: false) {
            body.fail(Field.namespace.description, fault)
        }
        let resolved = body.namespace(namespace, default: self.defaultNamespace, Field.namespace.description)
        guard let service else { return nil }
        let key = ServiceKey(namespace: resolved, name: service.string)
        if let fault = Names.fault(in: key.name, allowingBrackets: false) {
            body.fail(Field.service.description, fault)
        }
        if body.errors.count == earlierFaults {
            self.latestNamespace = namespace
            self.latestService = service
            self.latestKey = key
        }
        return key
    }
}

extension BodyReader {
    /// The namespace that holds for an item: its own, else that of the query, else `default`. Both, and unequal, is a fault.
    mutating func namespace(_ own: String?, default query: String?, _ field: @autoclosure () -> String) -> String {
        if let own, let query, own != query {
            self.fail(
                field(),
                "is \"\(FieldCheck.excerpt(own))\", but the query says \"\(FieldCheck.excerpt(query))\"; give one of them"
            )
        }
        return own ?? query ?? ServiceKey.defaultNamespace
    }
}
