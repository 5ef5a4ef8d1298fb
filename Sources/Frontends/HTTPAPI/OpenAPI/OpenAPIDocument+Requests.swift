extension OpenAPIDocument {
    /// The bodies of requests. A null counts as absent, except in patches, where it returns a field to its default.
    static let requestSchemas = #"""

        "GivenMetadata": {"type": ["object", "null"], "maxProperties": 64, "propertyNames": {"minLength": 1, "maxLength": 128}, "additionalProperties": {"type": ["string", "null"], "maxLength": 1024}, "description": "Keys of at most 128, values of at most 1,024 bytes; a key whose value is null is left out, or removed by a patch."},
        "GivenPorts": {"type": ["object", "null"], "maxProperties": 16, "propertyNames": {"$ref": "#/components/schemas/Name"}, "additionalProperties": \#(Self.orNull("Port")), "description": "Further ports by their names."},
        "GivenLocality": {"type": ["object", "null"], "properties": {"region": {"type": ["string", "null"], "maxLength": 128}, "zone": {"type": ["string", "null"], "maxLength": 128}}},
        "InstanceFields": {
          "type": "object", "required": ["host", "port"],
          "properties": {
            "id": {"anyOf": [{"$ref": "#/components/schemas/InstanceID"}, {"type": "null"}], "description": "`host:port` when absent, which then has to be an id: at most 255 characters, and no underscore first."},
            "namespace": \#(Self.orNull("Name")),
            "host": {"$ref": "#/components/schemas/Host"}, "port": {"$ref": "#/components/schemas/Port"},
            "protocol": {"anyOf": [{"$ref": "#/components/schemas/Name"}, {"type": "null"}], "default": "http"},
            "version": \#(Self.orNull("Version")),
            "status": \#(Self.orNull("InstanceStatus")),
            "weight": \#(Self.orNull("Weight")),
            "tags": \#(Self.orNull("Tags")),
            "metadata": {"$ref": "#/components/schemas/GivenMetadata"},
            "locality": {"$ref": "#/components/schemas/GivenLocality"},
            "ports": {"$ref": "#/components/schemas/GivenPorts"},
            "ttl": \#(Self.orNull("TimeToLive")),
            "checks": {"$ref": "#/components/schemas/GivenChecks"},
            "deregister_after": \#(Self.orNull("Retention")),
            "warm_up": \#(Self.orNull("ShortTime")),
            "incarnation": \#(Self.orNull("Incarnation"))
          }
        },
        "Registration": {
          "type": "object", "required": ["service", "instance"],
          "properties": {
            "service": {
              "type": "object", "required": ["name"],
              "properties": {
                "name": {"$ref": "#/components/schemas/Name"},
                "namespace": \#(Self.orNull("Name")),
                "version": {"anyOf": [{"$ref": "#/components/schemas/Version"}, {"type": "null"}], "description": "Of the instance, when that names none."},
                "type": {"type": ["string", "null"], "maxLength": 128},
                "metadata": {"$ref": "#/components/schemas/GivenMetadata"}
              }
            },
            "instance": {"$ref": "#/components/schemas/InstanceFields"},
            "namespace": \#(Self.orNull("Name")),
            "metadata": {"allOf": [{"$ref": "#/components/schemas/GivenMetadata"}], "description": "Merged under `instance.metadata`."}
          }
        },
        "InstanceReference": {
          "type": "object", "required": ["service", "instance"],
          "properties": {"namespace": \#(Self.orNull("Name")), "service": {"$ref": "#/components/schemas/Name"}, "instance": {"$ref": "#/components/schemas/InstanceID"}, "incarnation": \#(Self.orNull("Incarnation"))}
        },
        "InstancePatch": {
          "type": "object", "additionalProperties": false,
          "properties": {
            "status": \#(Self.orNull("InstanceStatus")),
            "weight": \#(Self.orNull("Weight")),
            "tags": \#(Self.orNull("Tags")),
            "metadata": {"$ref": "#/components/schemas/GivenMetadata"},
            "version": \#(Self.orNull("Version")),
            "ttl": \#(Self.orNull("TimeToLive")),
            "checks": {"$ref": "#/components/schemas/GivenChecks"},
            "locality": {"type": ["object", "null"], "additionalProperties": false, "properties": {"region": {"type": ["string", "null"], "maxLength": 128}, "zone": {"type": ["string", "null"], "maxLength": 128}}},
            "ports": {"$ref": "#/components/schemas/GivenPorts"},
            "deregister_after": \#(Self.orNull("Retention")),
            "warm_up": \#(Self.orNull("ShortTime")),
            "incarnation": {"anyOf": [{"$ref": "#/components/schemas/Incarnation"}, {"type": "null"}], "description": "The one that asks; it is not changed."}
          }
        },
        "ServicePatch": {"type": "object", "additionalProperties": false, "properties": {"type": {"type": ["string", "null"], "maxLength": 128}, "metadata": {"$ref": "#/components/schemas/GivenMetadata"}}},
        "HealthReport": {
          "type": "object",
          "properties": {
            "status": {"type": ["string", "null"], "enum": ["UP", "DOWN", null]},
            "check": \#(Self.orNull("CheckName")),
            "details": \#(Self.orNull("GivenDetails")),
            "load": \#(Self.orNull("GivenLoad")),
            "metadata": {"$ref": "#/components/schemas/GivenMetadata"},
            "incarnation": \#(Self.orNull("Incarnation"))
          }
        },
        "GivenDetails": {"type": "object", "properties": {
          "cpu": \#(Self.orNull("Fraction")), "memory": \#(Self.orNull("Fraction")), "disk": \#(Self.orNull("Fraction")),
          "network": {"type": ["object", "null"], "properties": {"rx_bytes": \#(Self.orNull("Count")), "tx_bytes": \#(Self.orNull("Count")), "errors": \#(Self.orNull("Count"))}},
          "errors": {"type": ["array", "null"], "maxItems": 32, "items": {"type": "string", "maxLength": 1024}}}},
        "GivenLoad": {"type": "object", "properties": {
          "requests": {"anyOf": [{"$ref": "#/components/schemas/Count"}, {"type": "null"}], "description": "Since the reporter's start."}, "errors": \#(Self.orNull("Count")),
          "latency": {"type": ["number", "null"], "minimum": 0, "description": "Mean milliseconds."},
          "cpu": \#(Self.orNull("Fraction")), "memory": \#(Self.orNull("Fraction"))}}
        """#
}
