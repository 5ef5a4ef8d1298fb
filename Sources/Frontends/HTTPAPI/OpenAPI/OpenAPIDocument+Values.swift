extension OpenAPIDocument {
    /// What single values look like. Of times that have bounds the patterns have the usual spellings, each within the bounds; any
    /// other spelling of such a time is read as well.
    static let valueSchemas = #"""

        "Name": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[A-Za-z0-9][A-Za-z0-9._:@-]*$"},
        "InstanceID": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[A-Za-z0-9\\[][A-Za-z0-9._:@\\[\\]-]*$"},
        "CheckName": {"type": "string", "maxLength": 255, "pattern": "^([A-Za-z0-9][A-Za-z0-9._:@-]*)?$", "description": "Of a check of type ttl that the instance has; empty: the only one."},
        "Host": {
          "description": "A host name (RFC 1123, underscores allowed), an IPv4 or an IPv6 address without zone and brackets.",
          "anyOf": [
            {"type": "string", "maxLength": 253, "pattern": "^([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?[.])*[A-Za-z_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?[.]?$"},
            {"type": "string", "pattern": "^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])[.]){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$"},
            {"type": "string", "format": "ipv6"}]
        },
        "Port": {"type": "integer", "minimum": 1, "maximum": 65535},
        "Weight": {"type": "integer", "minimum": 0, "maximum": 65535, "default": 100},
        "Revision": {"type": "integer", "minimum": 0, "maximum": 9007199254740991, "description": "The number of a commit; never decreases."},
        "Incarnation": {"type": "integer", "minimum": 0, "maximum": 9007199254740991, "description": "Chosen by the instance's process, one for all that it registers; recommended are Unix milliseconds at its start. Whoever else of the namespace is registered at the same host and port with an earlier one is removed as `superseded`."},
        "Count": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
        "Fraction": {"type": "number", "minimum": 0, "maximum": 1},
        "Flag": {"type": "string", "enum": ["true", "1", "", "false", "0"], "default": "false", "description": "Nothing after the name means true."},
        "Moment": {"anyOf": [{"$ref": "#/components/schemas/Revision"}, {"type": "string", "format": "date-time"}]},
        "Duration": {"type": "string", "minLength": 2, "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$", "examples": ["10s", "1h30m"]},
        "Lifetime": {"type": "string", "minLength": 2, "pattern": "^(never|([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$", "description": "A duration, or `never`.", "examples": ["30s", "never"]},
        "WaitingTime": {"type": "string", "pattern": "^(10m|[0-9]m([1-5]?[0-9]s)?|([1-9]?[0-9]|[1-5][0-9]{2})s|(0|[1-9][0-9]{0,4})ms)$", "description": "0 s to 10 min.", "examples": ["30s"]},
        "HeartbeatInterval": {"type": "string", "pattern": "^(1d|([1-9]|1[0-9]|2[0-3])h([1-5]?[0-9]m)?([1-5]?[0-9]s)?|([1-9]|[1-5][0-9])m([1-5]?[0-9]s)?|[1-9][0-9]{0,3}s|[1-9][0-9]{3,6}ms)$", "description": "1 s to 24 h.", "examples": ["10s"]},
        "CheckInterval": {"type": "string", "pattern": "^(1h|([1-9]|[1-5][0-9])m([1-5]?[0-9]s)?|[1-9][0-9]{0,2}s|[1-9][0-9]{2,5}ms)$", "description": "100 ms to 1 h.", "examples": ["10s"]},
        "CheckTimeout": {"type": "string", "pattern": "^(1h|([1-9]|[1-5][0-9])m([1-5]?[0-9]s)?|[1-9][0-9]{0,2}s|[1-9][0-9]{1,5}ms)$", "description": "10 ms to 1 h, at most the interval.", "examples": ["5s"]},
        "ShortTime": {"type": "string", "pattern": "^(1h|(0|[1-9]|[1-5][0-9])m([1-5]?[0-9]s)?|(0|[1-9][0-9]{0,2})s|(0|[1-9][0-9]{0,5})ms)$", "description": "0 s to 1 h.", "examples": ["30s"]},
        "TimeToLive": {"anyOf": [{"$ref": "#/components/schemas/HeartbeatInterval"}, {"const": "never"}], "description": "`never`: no heartbeat is owed.", "examples": ["30s", "never"]},
        "Retention": {"type": "string", "pattern": "^(never|30d|([0-9]|[12][0-9])d(([1-9]|1[0-9]|2[0-3])h)?|([0-9]|[1-9][0-9]|[1-6][0-9]{2})h([1-5]?[0-9]m)?|(0|[1-9][0-9]{0,3})m([1-5]?[0-9]s)?|(0|[1-9][0-9]{0,5})s|(0|[1-9][0-9]{0,8})ms)$", "description": "0 s to 30 d, or `never`.", "examples": ["10m", "never"]},
        "Version": {"type": "string", "maxLength": 128, "description": "At most 128 bytes; what is no semantic version is in no range."},
        "VersionWish": {"anyOf": [
          {"type": "string", "pattern": "^[^<>=^~*| ]*$"},
          {"type": "string", "maxLength": 256, "pattern": "^(([~^]|[<>]=?|=)v?(0|[1-9][0-9]{0,4})([.](0|[1-9][0-9]{0,4})){0,2}|[0-9][.][*])(( | [|][|] )(([~^]|[<>]=?|=)v?(0|[1-9][0-9]{0,4})([.](0|[1-9][0-9]{0,4})){0,2}|[0-9][.][*])){0,3}$"}]},
        "Tags": {"type": "array", "maxItems": 64, "items": {"type": "string", "minLength": 1, "maxLength": 128}, "description": "Each at most 128 bytes."},
        "Metadata": {"type": "object", "maxProperties": 64, "propertyNames": {"minLength": 1, "maxLength": 128}, "additionalProperties": {"type": "string", "maxLength": 1024}, "description": "Keys of at most 128, values of at most 1,024 bytes."},
        "Locality": {"type": "object", "properties": {"region": {"type": "string", "maxLength": 128}, "zone": {"type": "string", "maxLength": 128}}},
        "Ports": {"type": "object", "maxProperties": 16, "propertyNames": {"$ref": "#/components/schemas/Name"}, "additionalProperties": {"$ref": "#/components/schemas/Port"}},
        "InstanceStatus": {"type": "string", "enum": ["UP", "STARTING", "DRAINING", "OUT_OF_SERVICE"]},
        "HealthState": {"type": "string", "enum": ["UP", "DOWN", "UNKNOWN"]},
        "Strategy": {"type": "string", "enum": ["random", "round_robin", "weight"]},
        "Cause": {"type": "string", "enum": ["register", "update", "deregister", "expire", "recover", "report", "purge", "update_service", "delete_service", "purge_service", "probe", "resource", "override", "lift_override", "superseded", "protect", "end_protection", "drain", "ready"]}
        """#
}
