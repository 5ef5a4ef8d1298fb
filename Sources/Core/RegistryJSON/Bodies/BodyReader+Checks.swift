import RegistryModel

extension BodyReader {
    mutating func checks() throws(JSONError) -> [HealthCheck]? {
        guard try self.beginArray() else { return nil }
        var checks: [HealthCheck] = []
        var count = 0
        while try self.nextElement(count) {
            count += 1
            if self.isBeyond(Limits.checks, count) {
                try self.json.skip()
            } else if try self.takeNull() {
                self.fail("is null; it must be an object")
            } else if let check = try self.check() {
                checks.append(check)
            }
        }
        self.check(count, Limits.checks, "entries")
        return checks
    }

    /// One check. Its name is its type unless it has one of its own.
    private mutating func check() throws(JSONError) -> HealthCheck? {
        guard try self.beginObject() else { return nil }
        var name: String?
        var kind: HealthCheck.Kind?
        var lacksKind = true
        var interval: TimeSpan?
        var fields = ProbeFields()
        while let key = try self.nextKey() {
            switch key {
            case Field.name: name = try self.string()
            case Field.type:
                lacksKind = try self.takeNull()
                if !lacksKind { kind = try self.checkKind() }
            case Field.interval: interval = try self.timeSpan()
            default: if try !fields.read(key, from: &self) { try self.skipUnknown() }
            }
        }
        if lacksKind { self.failMissing(Field.type, "a check is of type ttl, http, tcp or grpc") }
        guard let kind else { return nil }
        let (probe, idle) = fields.probe(for: kind)
        for field in idle { self.warn(field) }
        return HealthCheck(name: name ?? kind.description, kind: kind, interval: interval, probe: probe)
    }
}

/// The fields of a check that the registry makes, as a body brings them: which of them say anything depends on its type, which may stand
/// behind them.
private struct ProbeFields {
    private typealias Kinds = Set<HealthCheck.Kind>
    private var probe = HealthCheck.Probe()
    private var said: [(field: StaticString, kinds: Kinds, reset: (inout HealthCheck.Probe) -> Void)] = []

    private static let all: Kinds = [.http, .tcp, .grpc]
    private static let secured: Kinds = [.http, .grpc]

    /// Reads the value if `key` is one of these fields; returns false, with nothing read, if it is not.
    mutating func read(_ key: JSONKey, from body: inout BodyReader) throws(JSONError) -> Bool {
        switch key {
        case Field.timeout: self.note(Field.timeout, Self.all, \.timeout, try body.timeSpan())
        case Field.failuresBeforeDown:
            self.note(Field.failuresBeforeDown, Self.all, \.failuresBeforeDown, try body.checkCount())
        case Field.successesBeforeUp:
            self.note(Field.successesBeforeUp, Self.all, \.successesBeforeUp, try body.checkCount())
        case Field.startPeriod: self.note(Field.startPeriod, Self.all, \.startPeriod, try body.timeSpan())
        case Field.port: self.note(Field.port, Self.all, \.port, try body.port())
        case Field.tls: self.note(Field.tls, Self.secured, \.usesTLS, try body.bool())
        case Field.serverName: self.note(Field.serverName, Self.secured, \.serverName, try body.string())
        case Field.service: self.note(Field.service, [.grpc], \.service, try body.string())
        default: return try self.readRequest(key, from: &body)
        }
        return true
    }

    private mutating func readRequest(_ key: JSONKey, from body: inout BodyReader) throws(JSONError) -> Bool {
        switch key {
        case Field.path: self.note(Field.path, [.http], \.path, try body.string())
        case Field.method: self.note(Field.method, [.http], \.method, try body.string())
        case Field.headers: self.note(Field.headers, [.http], \.headers, try body.metadata())
        case Field.expectedStatus: self.note(Field.expectedStatus, [.http], \.expectedStatus, try body.string())
        case Field.bodyContains: self.note(Field.bodyContains, [.http], \.bodyContains, try body.string())
        default: return false
        }
        return true
    }

    /// A null counts as absent.
    private mutating func note<Value>(
        _ field: StaticString, _ kinds: Kinds, _ path: WritableKeyPath<HealthCheck.Probe, Value>, _ value: Value?
    ) {
        if let value { self.probe[keyPath: path] = value }
        self.said.append((field, kinds, { $0[keyPath: path] = HealthCheck.Probe()[keyPath: path] }))
    }

    /// The fields that say something in a check of this type, and the names of those that do not.
    func probe(for kind: HealthCheck.Kind) -> (probe: HealthCheck.Probe, idle: [StaticString]) {
        var probe = self.probe
        let idle = self.said.filter { !$0.kinds.contains(kind) }
        for entry in idle { entry.reset(&probe) }
        return (probe, idle.map(\.field))
    }
}

extension BodyReader {
    fileprivate mutating func checkCount() throws(JSONError) -> Int? {
        let range = Int64(Limits.checkCount.lowerBound)...Int64(Limits.checkCount.upperBound)
        return try self.integer(range, "a number of checks in a row").map { Int($0) }
    }
}
