public import RegistryModel

/// Reads the bodies of requests. What is not JSON is a `JSONError`; fields at fault are in the `Decoded`, all of them, each
/// under its path, and the limits of the model have been checked.
///
/// `defaultNamespace` is what the query said, nil when it said nothing.
public enum RequestBody {
    /// `{service, instance, metadata}`: the body of `POST /v1/instances`.
    public static func registration(
        _ bytes: Span<UInt8>, defaultNamespace: String?
    ) throws(JSONError) -> Decoded<Registration> {
        try self.decode(bytes) { body throws(JSONError) in
            try RegistrationReader(defaultNamespace: defaultNamespace).read(from: &body)
        }
    }

    /// `{"instances": [registration…]}`, 1 to 1,000: each is a registration, or the error `invalid` with its fields under
    /// `instances[3].…`; items are independent.
    public static func registrations(
        _ bytes: Span<UInt8>, defaultNamespace: String?
    ) throws(JSONError) -> Decoded<[Result<Registration, RegistryError>]> {
        let reader = RegistrationReader(defaultNamespace: defaultNamespace)
        return try self.decode(bytes) { body throws(JSONError) in
            try body.batch(Limits.batchItems) { item throws(JSONError) in try reader.read(from: &item) }
        }
    }

    /// `{"instances": [{namespace?, service, instance, incarnation?}]}`, 1 to 1,000: what a batch deregisters; items are
    /// independent.
    public static func deregistrations(
        _ bytes: Span<UInt8>, defaultNamespace: String?
    ) throws(JSONError) -> Decoded<[Result<InstanceReference, RegistryError>]> {
        var reader = ReferenceReader(defaultNamespace: defaultNamespace)
        return try self.decode(bytes) { body throws(JSONError) in
            try body.batch(Limits.batchItems) { item throws(JSONError) in try reader.read(from: &item) }
        }
    }

    /// `{"instances": [{namespace?, service, instance, incarnation?}]}`, up to 10,000: heartbeats. They are taken together or,
    /// with a field at fault, not at all.
    public static func heartbeats(
        _ bytes: Span<UInt8>, defaultNamespace: String?
    ) throws(JSONError) -> Decoded<[InstanceReference]> {
        var reader = ReferenceReader(defaultNamespace: defaultNamespace)
        return try self.decode(bytes) { body throws(JSONError) in
            try body.list(Limits.heartbeatItems) { item throws(JSONError) in try reader.read(from: &item) }
        }
    }

    /// A JSON Merge Patch (RFC 7396) on an instance's fields. A field that cannot be changed is at fault.
    public static func instancePatch(_ bytes: Span<UInt8>) throws(JSONError) -> Decoded<InstancePatch> {
        try self.decode(bytes) { body throws(JSONError) in try body.instancePatch() }
    }

    /// A JSON Merge Patch (RFC 7396) on a service's `type` and `metadata`. A field that cannot be changed is at fault.
    public static func servicePatch(_ bytes: Span<UInt8>) throws(JSONError) -> Decoded<ServicePatch> {
        try self.decode(bytes) { body throws(JSONError) in try body.servicePatch() }
    }

    /// `{status, weight, reason, expires_after}`: the body of `PUT …/override`. At least one of status and weight is there.
    public static func overrideRequest(_ bytes: Span<UInt8>) throws(JSONError) -> Decoded<OverrideRequest> {
        try self.decode(bytes) { body throws(JSONError) in try body.overrideRequest() }
    }

    /// `{service_name, namespace?, client_id?, callback, secret?, metadata?}`: the body of `POST /v1/subscriptions`.
    public static func subscription(
        _ bytes: Span<UInt8>, defaultNamespace: String?
    ) throws(JSONError) -> Decoded<SubscriptionRequest> {
        try self.decode(bytes) { body throws(JSONError) in
            try body.subscriptionRequest(defaultNamespace: defaultNamespace)
        }
    }

    /// The body of `PUT …/health`; an empty one is a mere renewal.
    public static func healthReport(_ bytes: Span<UInt8>) throws(JSONError) -> Decoded<HealthReport> {
        if bytes.isEmpty { return Decoded(value: HealthReport()) }
        return try self.decode(bytes) { body throws(JSONError) in try body.healthReport() }
    }

    /// The body of `PUT /v1/watches/{id}`: the revision up to which all is taken over.
    public static func acknowledgement(_ bytes: Span<UInt8>) throws(JSONError) -> Decoded<Revision> {
        try self.decode(bytes) { body throws(JSONError) in try body.acknowledgement() }
    }

    private static func decode<Value: Sendable>(
        _ bytes: Span<UInt8>, _ read: (inout BodyReader) throws(JSONError) -> Value?
    ) throws(JSONError) -> Decoded<Value> {
        try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            var body = BodyReader(buffer)
            if try body.takeNull() { body.fail("is null; it must be an object") }
            let value = body.errors.isEmpty ? try read(&body) : nil
            try body.json.finish()
            return Decoded(value: body.errors.isEmpty ? value : nil, errors: body.errors, warnings: body.warnings)
        }
    }
}
