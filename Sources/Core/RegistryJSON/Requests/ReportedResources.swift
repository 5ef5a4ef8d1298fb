public import RegistryModel

/// What an endpoint for health checks says of its instance's resources, in JSON that others designed.
public enum ReportedResources {
    /// Reads `cpu`, `memory`, `disk`, `network` and `errors` as `PUT …/health` has them, at the top, in `details` or in `resources`.
    ///
    /// What has another type or is out of range is passed over: it is not the registry's to say how others write.
    ///
    /// - Returns: nil when none of these is there, or the text is no JSON object.
    public static func read(_ text: UnsafeBufferPointer<UInt8>) -> HealthDetails? {
        guard var details = try? Self.details(in: text) else { return nil }
        details.cpu = Self.fraction(details.cpu)
        details.memory = Self.fraction(details.memory)
        details.disk = Self.fraction(details.disk)
        let errors = details.errors.filter { !$0.isEmpty && Limits.errorBytes.contains($0.utf8.count) }
        details.errors = Array(errors.prefix(Limits.detailErrors))
        return details == HealthDetails() ? nil : details
    }

    private static func details(in text: UnsafeBufferPointer<UInt8>) throws(JSONError) -> HealthDetails {
        var body = BodyReader(text, isTolerant: true)
        var details = HealthDetails()
        guard try body.beginObject() else { return details }
        while let key = try body.nextKey() {
            switch key {
            case Field.details, "resources": try Self.read(&body, into: &details)
            default: if try !body.healthDetail(key, of: &details) { try body.skipUnknown() }
            }
        }
        try body.json.finish()
        return details
    }

    private static func read(_ body: inout BodyReader, into details: inout HealthDetails) throws(JSONError) {
        guard try body.beginObject() else { return }
        while let key = try body.nextKey() {
            if try !body.healthDetail(key, of: &details) { try body.skipUnknown() }
        }
    }

    private static func fraction(_ value: Double?) -> Double? { value.flatMap { (0...1).contains($0) ? $0 : nil } }
}
