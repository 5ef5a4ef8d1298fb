extension OpenAPIDocument {
    static let recordSchemas = #"""

        "Instance": {
          "type": "object",
          "required": ["id", "service_id", "host", "port", "protocol", "version", "status", "weight", "tags", "metadata", "health", "available", "created_at", "updated_at", "revision"],
          "properties": {
            "id": {"$ref": "#/components/schemas/InstanceID"}, "service_id": {"type": "string", "description": "`namespace/service`."}, "host": {"$ref": "#/components/schemas/Host"}, "port": {"$ref": "#/components/schemas/Port"},
            "protocol": {"type": "string"}, "version": {"type": "string"}, "status": {"$ref": "#/components/schemas/InstanceStatus"}, "weight": {"$ref": "#/components/schemas/Weight"},
            "override": {"allOf": [{"$ref": "#/components/schemas/Decision"}], "description": "What an operator decided on it or its service; status and weight are then those that count."}, "service_override": {"allOf": [{"$ref": "#/components/schemas/Decision"}], "description": "What was decided on its service, when there is a decision on the instance as well, which counts first."},
            "registered": {"type": "object", "required": ["status", "weight"], "description": "What its owner said, while something is decided.", "properties": {"status": {"$ref": "#/components/schemas/InstanceStatus"}, "weight": {"$ref": "#/components/schemas/Weight"}}},
            "tags": {"$ref": "#/components/schemas/Tags"}, "metadata": {"$ref": "#/components/schemas/Metadata"}, "locality": {"$ref": "#/components/schemas/Locality"}, "ports": {"$ref": "#/components/schemas/Ports"},
            "ttl": {"$ref": "#/components/schemas/Lifetime"}, "checks": {"type": "array", "items": {"$ref": "#/components/schemas/Check"}}, "deregister_after": {"$ref": "#/components/schemas/Lifetime"},
            "warm_up": {"$ref": "#/components/schemas/Duration"},
            "health": {"$ref": "#/components/schemas/HealthState"}, "available": {"type": "boolean", "description": "Status UP and health UP."}, "suspect": {"$ref": "#/components/schemas/Suspect"}, "incarnation": {"$ref": "#/components/schemas/Incarnation"},
            "created_at": {"type": "string", "format": "date-time"}, "updated_at": {"type": "string", "format": "date-time", "description": "When its owner changed it last."}, "revision": {"$ref": "#/components/schemas/Revision"}
          }
        },
        "Suspect": {"type": "boolean", "description": "There, and true, when it is DOWN together with so many others that perhaps only the registry is cut off from it."},
        "Protection": {
          "type": "object", "required": ["since", "verdict", "detail", "suspects"],
          "description": "The registry doubts what it sees of the service: too much of it went DOWN at once.",
          "properties": {
            "since": {"type": "string", "format": "date-time"}, "verdict": {"type": "string", "enum": ["unclear", "registry_network", "zone", "instances"], "description": "What the registry takes for the cause."},
            "detail": {"type": "string", "description": "What was seen, in a sentence."}, "suspects": {"$ref": "#/components/schemas/Count"},
            "lifted": {"type": "boolean", "description": "There, and true, when an operator has lifted it and the service has not recovered since."}
          }
        },
        "ServiceStatus": {
          "type": "object", "required": ["status", "health", "instances", "last_check", "error"],
          "properties": {
            "status": {"type": "string", "enum": ["active", "empty", "out_of_service"]}, "health": {"$ref": "#/components/schemas/HealthState"}, "instances": {"$ref": "#/components/schemas/Count"},
            "last_check": {"type": ["string", "null"], "format": "date-time", "description": "Only in `/health`: it moves without a commit."}, "error": {"type": "string"}
          }
        },
        "Service": {
          "type": "object", "required": ["id", "namespace", "name", "version", "type", "status", "metadata", "versions", "created_at", "updated_at", "revision"],
          "properties": {
            "id": {"type": "string"}, "namespace": {"$ref": "#/components/schemas/Name"}, "name": {"$ref": "#/components/schemas/Name"}, "version": {"type": "string", "description": "The highest among its instances."}, "type": {"type": "string"},
            "status": {"$ref": "#/components/schemas/ServiceStatus"}, "metadata": {"$ref": "#/components/schemas/Metadata"},
            "versions": {"type": "object", "description": "How many instances have each version.", "additionalProperties": {"$ref": "#/components/schemas/Count"}},
            "protection": {"$ref": "#/components/schemas/Protection"},
            "created_at": {"type": ["string", "null"], "format": "date-time"}, "updated_at": {"type": ["string", "null"], "format": "date-time"}, "revision": {"$ref": "#/components/schemas/Revision"},
            "instances": {"type": "array", "items": {"$ref": "#/components/schemas/Instance"}}
          }
        },
        "HealthDetails": {"type": "object", "required": ["errors"], "properties": {
          "cpu": {"$ref": "#/components/schemas/Fraction"}, "memory": {"$ref": "#/components/schemas/Fraction"}, "disk": {"$ref": "#/components/schemas/Fraction"},
          "network": {"type": "object", "required": ["rx_bytes", "tx_bytes", "errors"], "properties": {"rx_bytes": {"$ref": "#/components/schemas/Count"}, "tx_bytes": {"$ref": "#/components/schemas/Count"}, "errors": {"$ref": "#/components/schemas/Count"}}},
          "errors": {"type": "array", "maxItems": 32, "items": {"type": "string", "maxLength": 1024}}}},
        "Load": {"type": "object", "required": ["requests", "errors", "latency"], "properties": {
          "requests": {"$ref": "#/components/schemas/Count"}, "errors": {"$ref": "#/components/schemas/Count"}, "latency": {"type": "number", "minimum": 0, "description": "Mean milliseconds."},
          "cpu": {"$ref": "#/components/schemas/Fraction"}, "memory": {"$ref": "#/components/schemas/Fraction"}}},
        "Health": {
          "type": "object", "required": ["id", "service_id", "instance_id", "status", "cause", "since", "error", "last_check", "updated_at"],
          "properties": {
            "id": {"type": "string", "description": "`namespace/service/instance`."}, "service_id": {"type": "string"}, "instance_id": {"type": "string"}, "status": {"$ref": "#/components/schemas/HealthState"}, "suspect": {"$ref": "#/components/schemas/Suspect"},
            "cause": {"$ref": "#/components/schemas/Cause"}, "since": {"type": ["string", "null"], "format": "date-time"}, "error": {"type": "string"},
            "last_check": {"type": ["string", "null"], "format": "date-time", "description": "The last beat or probe since this server started."}, "updated_at": {"type": ["string", "null"], "format": "date-time"},
            "details": {"$ref": "#/components/schemas/HealthDetails"}, "load": {"$ref": "#/components/schemas/Load"}, "metadata": {"$ref": "#/components/schemas/Metadata"},
            "checks": {"type": "array", "description": "Its owner's heartbeats first, then the checks that this server makes. Not in the answer to a heartbeat.", "items": {"$ref": "#/components/schemas/CheckHealth"}}
          }
        },
        "Record": {
          "type": "object", "required": ["revision", "time", "namespace", "service", "instance", "cause", "actor", "health", "status", "detail"],
          "properties": {
            "revision": {"$ref": "#/components/schemas/Revision"}, "time": {"type": "string", "format": "date-time"}, "namespace": {"type": "string"}, "service": {"type": "string"},
            "instance": {"type": "string", "description": "Empty when the service itself changed."}, "cause": {"$ref": "#/components/schemas/Cause"}, "actor": {"type": "string"},
            "health": {"oneOf": [{"$ref": "#/components/schemas/HealthState"}, {"type": "null"}]}, "status": {"oneOf": [{"$ref": "#/components/schemas/InstanceStatus"}, {"type": "null"}]}, "detail": {"type": "string"}
          }
        },
        "Problem": {
          "type": "object", "required": ["type", "title", "status", "detail", "code"],
          "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string", "description": "What to do."},
            "code": {"type": "string", "enum": ["malformed", "unknown_parameter", "not_found", "unknown_service", "unknown_instance", "unknown_watch", "unknown_override", "unknown_subscription", "too_many_subscriptions", "not_protected", "method_not_allowed", "timeout", "conflict", "stale_incarnation", "precondition_failed", "too_large", "unsupported_media_type", "invalid", "unsupported_check", "shed", "store_unavailable", "store_full", "not_ready", "behind", "internal_error"]},
            "errors": {"type": "array", "items": {"type": "object", "required": ["field", "message"], "properties": {"field": {"type": "string"}, "message": {"type": "string"}}}}
          }
        }
        """#
}
