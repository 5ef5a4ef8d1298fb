extension OpenAPIDocument {
    /// Checks, as they are given, as they are answered, and how they are. What does not fit a check's type is ignored and warned of.
    static let checkSchemas = #"""

        "GivenChecks": {"type": ["array", "null"], "maxItems": 16, "items": {"$ref": "#/components/schemas/GivenCheck"}, "description": "With names that differ, and at most one of type ttl. Those of the other types are made by this server, and only by outgoing connections that it allows."},
        "GivenCheck": {"anyOf": [{"$ref": "#/components/schemas/GivenHeartbeatCheck"}, {"$ref": "#/components/schemas/GivenHTTPCheck"}, {"$ref": "#/components/schemas/GivenTCPCheck"}, {"$ref": "#/components/schemas/GivenGRPCCheck"}]},
        "GivenHeartbeatCheck": {
          "type": "object", "required": ["type"],
          "properties": {"name": \#(Self.orNull("Name")), "type": {"const": "ttl"}, "interval": \#(Self.orNull("HeartbeatInterval"))}
        },
        "GivenHTTPCheck": {
          "type": "object", "required": ["type"],
          "properties": {
            "type": {"const": "http"}, \#(Self.probeProperties), \#(Self.securityProperties),
            "path": {"type": ["string", "null"], "maxLength": 1024, "pattern": "^/[!-\"$-~]*$", "default": "/health"},
            "method": {"type": ["string", "null"], "maxLength": 16, "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", "default": "GET", "description": "Any but CONNECT."},
            "headers": {"type": ["object", "null"], "maxProperties": 16, "propertyNames": {"minLength": 1, "maxLength": 128, "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"}, "additionalProperties": {"type": ["string", "null"], "maxLength": 1024, "pattern": "^[ -~]*$", "not": {"const": "***"}}, "description": "Any but those that belong to the connection, such as Content-Length and Transfer-Encoding. Values are not shown again: answers have `***` for each, which is refused in a request."},
            "expected_status": {"type": ["string", "null"], "maxLength": 128, "pattern": "^(100-199|200-299|300-399|400-499|500-599|[1-5][0-9]{2})(,(100-199|200-299|300-399|400-499|500-599|[1-5][0-9]{2})){0,15}$", "default": "200-299", "description": "Codes and ranges from 100 to 599."},
            "body_contains": {"type": ["string", "null"], "maxLength": 256, "description": "Text that the body has to contain."}
          }
        },
        "GivenTCPCheck": {"type": "object", "required": ["type"], "properties": {"type": {"const": "tcp"}, \#(Self.probeProperties)}},
        "GivenGRPCCheck": {
          "type": "object", "required": ["type"],
          "properties": {
            "type": {"const": "grpc"}, \#(Self.probeProperties), \#(Self.securityProperties),
            "service": {"type": ["string", "null"], "maxLength": 255, "description": "The service that is asked about (grpc.health.v1); empty: the whole server."}
          }
        },
        "Check": {
          "type": "object", "required": ["name", "type"], "description": "Without what has its default.",
          "properties": {
            "name": {"$ref": "#/components/schemas/Name"}, "type": {"$ref": "#/components/schemas/CheckType"}, "interval": {"$ref": "#/components/schemas/Duration"}, "timeout": {"$ref": "#/components/schemas/Duration"},
            "failures_before_down": {"$ref": "#/components/schemas/ChecksInARow"}, "successes_before_up": {"$ref": "#/components/schemas/ChecksInARow"}, "start_period": {"$ref": "#/components/schemas/Duration"},
            "port": {"$ref": "#/components/schemas/Port"}, "path": {"type": "string"}, "method": {"type": "string"}, "headers": {"type": "object", "additionalProperties": {"const": "***"}, "description": "The names; values are not shown."}, "expected_status": {"type": "string"}, "body_contains": {"type": "string"},
            "tls": {"type": "boolean"}, "server_name": {"type": "string"}, "service": {"type": "string"}
          }
        },
        "CheckHealth": {
          "type": "object", "required": ["name", "type", "status", "since", "last_check", "detail"],
          "properties": {
            "name": {"$ref": "#/components/schemas/Name"}, "type": {"$ref": "#/components/schemas/CheckType"}, "status": {"$ref": "#/components/schemas/HealthState"},
            "since": {"type": ["string", "null"], "format": "date-time"}, "last_check": {"type": ["string", "null"], "format": "date-time"}, "detail": {"type": "string", "description": "What was seen last, in a sentence."},
            "failures": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "In a row; not of a check of type ttl."}, "successes": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "In a row; not of a check of type ttl."}
          }
        },
        "CheckType": {"type": "string", "enum": ["ttl", "http", "tcp", "grpc"]},
        "ChecksInARow": {"type": "integer", "minimum": 1, "maximum": 100}
        """#

    /// What every check has that this server makes.
    private static let probeProperties = #"""
        "name": \#(Self.orNull("Name")), "interval": \#(Self.orNull("CheckInterval")), "timeout": \#(Self.orNull("CheckTimeout")), "failures_before_down": \#(Self.orNull("ChecksInARow")), "successes_before_up": \#(Self.orNull("ChecksInARow")), "start_period": {"anyOf": [{"$ref": "#/components/schemas/ShortTime"}, {"type": "null"}], "description": "From the registration on, how long failures before the first success do not count."}, "port": {"anyOf": [{"$ref": "#/components/schemas/Port"}, {"type": "null"}], "description": "The instance's own when absent."}
        """#

    private static let securityProperties = #"""
        "tls": {"type": ["boolean", "null"], "default": false, "description": "Over TLS, the certificate verified."}, "server_name": {"anyOf": [{"$ref": "#/components/schemas/Host"}, {"const": ""}, {"type": "null"}], "description": "The name that the certificate has to have; empty: the instance's host."}
        """#
}
