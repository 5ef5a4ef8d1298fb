import RegistryModel

extension BodyReader {
    /// `{status, check, details, load, metadata, incarnation}`, every field optional.
    mutating func healthReport() throws(JSONError) -> HealthReport? {
        guard try self.beginObject() else { return nil }
        var report = HealthReport()
        while let key = try self.nextKey() {
            switch key {
            case Field.status: report.status = try self.spelled(Self.reportedState, "UP or DOWN")
            case Field.check: report.check = try self.string() ?? ""
            case Field.details: report.details = try self.healthDetails()
            case Field.load: report.load = try self.loadReport()
            case Field.metadata: report.metadata = try self.metadata()
            case Field.incarnation: report.incarnation = try self.incarnation()
            default: try self.skipUnknown()
            }
        }
        for fault in report.validate() { self.fail(fault.field, fault.message) }
        return report
    }

    /// An owner knows how its instance is, or says nothing.
    private static func reportedState(_ text: String) -> HealthState? {
        HealthState(text).flatMap { $0 == .unknown ? nil : $0 }
    }

    mutating func healthDetails() throws(JSONError) -> HealthDetails? {
        guard try self.beginObject() else { return nil }
        var details = HealthDetails()
        while let key = try self.nextKey() {
            if try !self.healthDetail(key, of: &details) { try self.skipUnknown() }
        }
        return details
    }

    /// Whether `key` is a field of the details; its value has been read then.
    mutating func healthDetail(_ key: JSONKey, of details: inout HealthDetails) throws(JSONError) -> Bool {
        switch key {
        case Field.cpu: details.cpu = try self.double()
        case Field.memory: details.memory = try self.double()
        case Field.disk: details.disk = try self.double()
        case Field.network: details.network = try self.networkUse()
        case Field.errors: details.errors = try self.strings(limit: Limits.detailErrors) ?? []
        default: return false
        }
        return true
    }

    private mutating func networkUse() throws(JSONError) -> NetworkUse? {
        guard try self.beginObject() else { return nil }
        var use = NetworkUse()
        while let key = try self.nextKey() {
            switch key {
            case Field.receivedBytes: use.receivedBytes = try self.count("a number of bytes") ?? 0
            case Field.sentBytes: use.sentBytes = try self.count("a number of bytes") ?? 0
            case Field.errors: use.errors = try self.count("a number of errors") ?? 0
            default: try self.skipUnknown()
            }
        }
        return use
    }

    mutating func loadReport() throws(JSONError) -> LoadReport? {
        guard try self.beginObject() else { return nil }
        var load = LoadReport()
        while let key = try self.nextKey() {
            switch key {
            case Field.requests: load.requests = try self.count("a number of requests") ?? 0
            case Field.errors: load.errors = try self.count("a number of errors") ?? 0
            case Field.latency: load.latency = try self.double() ?? 0
            case Field.cpu: load.cpu = try self.double()
            case Field.memory: load.memory = try self.double()
            default: try self.skipUnknown()
            }
        }
        return load
    }
}
