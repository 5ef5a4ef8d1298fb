extension OpenAPIDocument {
    static let recordSchemas = #"""

        "Name": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[A-Za-z0-9][A-Za-z0-9._:@-]*$"},
        "Revision": {"type": "integer", "minimum": 0, "maximum": 9007199254740991, "description": "The number of a commit; never decreases."},
        "Duration": {"type": "string", "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$", "examples": ["10s", "1h30m"]},
        "Lifetime": {"type": "string", "description": "A duration, or `never`.", "examples": ["30s", "never"]},
        "Metadata": {"type": "object", "maxProperties": 64, "additionalProperties": {"type": "string", "maxLength": 1024}},
        "InstanceStatus": {"type": "string", "enum": ["UP", "STARTING", "DRAINING", "OUT_OF_SERVICE"]},
        "HealthState": {"type": "string", "enum": ["UP", "DOWN", "UNKNOWN"]},
        "Cause": {"type": "string", "enum": ["register", "update", "deregister", "expire", "recover", "report", "purge", "update_service", "delete_service", "purge_service"]},
        "Locality": {"type": "object", "properties": {"region": {"type": "string", "maxLength": 128}, "zone": {"type": "string", "maxLength": 128}}},
        "Ports": {"type": "object", "maxProperties": 16, "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 65535}},
        "Check": {"type": "object", "required": ["type"], "properties": {"name": {"$ref": "#/components/schemas/Name"}, "type": {"type": "string", "enum": ["ttl", "http", "tcp", "grpc"], "description": "Only `ttl` is made here; others are refused with `unsupported_check`."}, "interval": {"$ref": "#/components/schemas/Duration"}}},
        "Instance": {
          "type": "object",
          "required": ["id", "service_id", "host", "port", "protocol", "version", "status", "weight", "tags", "metadata", "health", "available", "created_at", "updated_at", "revision"],
          "properties": {
            "id": {"type": "string"}, "service_id": {"type": "string", "description": "`namespace/service`."}, "host": {"type": "string"}, "port": {"type": "integer"},
            "protocol": {"type": "string"}, "version": {"type": "string"}, "status": {"$ref": "#/components/schemas/InstanceStatus"}, "weight": {"type": "integer", "minimum": 0, "maximum": 65535},
            "tags": {"type": "array", "items": {"type": "string"}}, "metadata": {"$ref": "#/components/schemas/Metadata"}, "locality": {"$ref": "#/components/schemas/Locality"}, "ports": {"$ref": "#/components/schemas/Ports"},
            "ttl": {"$ref": "#/components/schemas/Lifetime"}, "checks": {"type": "array", "items": {"$ref": "#/components/schemas/Check"}}, "deregister_after": {"$ref": "#/components/schemas/Lifetime"},
            "health": {"$ref": "#/components/schemas/HealthState"}, "available": {"type": "boolean", "description": "Status UP and health UP."}, "incarnation": {"type": "integer"},
            "created_at": {"type": "string", "format": "date-time"}, "updated_at": {"type": "string", "format": "date-time"}, "revision": {"$ref": "#/components/schemas/Revision"}
          }
        },
        "ServiceStatus": {
          "type": "object", "required": ["status", "health", "instances", "last_check", "error"],
          "properties": {
            "status": {"type": "string", "enum": ["active", "empty", "out_of_service"]}, "health": {"$ref": "#/components/schemas/HealthState"}, "instances": {"type": "integer"},
            "last_check": {"type": ["string", "null"], "format": "date-time", "description": "Only in `/health`: it moves without a commit."}, "error": {"type": "string"}
          }
        },
        "Service": {
          "type": "object", "required": ["id", "namespace", "name", "version", "type", "status", "metadata", "versions", "created_at", "updated_at", "revision"],
          "properties": {
            "id": {"type": "string"}, "namespace": {"type": "string"}, "name": {"type": "string"}, "version": {"type": "string", "description": "The highest among its instances."}, "type": {"type": "string"},
            "status": {"$ref": "#/components/schemas/ServiceStatus"}, "metadata": {"$ref": "#/components/schemas/Metadata"},
            "versions": {"type": "object", "description": "How many instances have each version.", "additionalProperties": {"type": "integer"}},
            "created_at": {"type": ["string", "null"], "format": "date-time"}, "updated_at": {"type": ["string", "null"], "format": "date-time"}, "revision": {"$ref": "#/components/schemas/Revision"},
            "instances": {"type": "array", "items": {"$ref": "#/components/schemas/Instance"}}
          }
        },
        "HealthDetails": {"type": "object", "properties": {
          "cpu": {"type": "number", "minimum": 0, "maximum": 1}, "memory": {"type": "number", "minimum": 0, "maximum": 1}, "disk": {"type": "number", "minimum": 0, "maximum": 1},
          "network": {"type": "object", "properties": {"rx_bytes": {"type": "integer"}, "tx_bytes": {"type": "integer"}, "errors": {"type": "integer"}}},
          "errors": {"type": "array", "maxItems": 32, "items": {"type": "string", "maxLength": 1024}}}},
        "Load": {"type": "object", "properties": {
          "requests": {"type": "integer", "description": "Since the reporter's start."}, "errors": {"type": "integer"}, "latency": {"type": "number", "description": "Mean milliseconds."},
          "cpu": {"type": "number", "minimum": 0, "maximum": 1}, "memory": {"type": "number", "minimum": 0, "maximum": 1}}},
        "Health": {
          "type": "object", "required": ["id", "service_id", "instance_id", "status", "cause", "since", "error", "last_check", "updated_at"],
          "properties": {
            "id": {"type": "string", "description": "`namespace/service/instance`."}, "service_id": {"type": "string"}, "instance_id": {"type": "string"}, "status": {"$ref": "#/components/schemas/HealthState"},
            "cause": {"$ref": "#/components/schemas/Cause"}, "since": {"type": ["string", "null"], "format": "date-time"}, "error": {"type": "string"},
            "last_check": {"type": ["string", "null"], "format": "date-time"}, "updated_at": {"type": ["string", "null"], "format": "date-time"},
            "details": {"$ref": "#/components/schemas/HealthDetails"}, "load": {"$ref": "#/components/schemas/Load"}, "metadata": {"$ref": "#/components/schemas/Metadata"}
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
            "code": {"type": "string", "enum": ["malformed", "unknown_parameter", "not_found", "unknown_service", "unknown_instance", "method_not_allowed", "timeout", "conflict", "stale_incarnation", "precondition_failed", "too_large", "unsupported_media_type", "invalid", "unsupported_check", "shed", "store_unavailable", "store_full", "not_ready", "behind", "internal_error"]},
            "errors": {"type": "array", "items": {"type": "object", "required": ["field", "message"], "properties": {"field": {"type": "string"}, "message": {"type": "string"}}}}
          }
        }
        """#

    static let requestSchemas = #"""

        "InstanceFields": {
          "type": "object", "required": ["host", "port"],
          "properties": {
            "id": {"type": "string", "description": "`host:port` when absent."}, "namespace": {"$ref": "#/components/schemas/Name"}, "host": {"type": "string", "maxLength": 253}, "port": {"type": "integer", "minimum": 1, "maximum": 65535},
            "protocol": {"type": "string", "default": "http"}, "version": {"type": "string", "maxLength": 128}, "status": {"$ref": "#/components/schemas/InstanceStatus"}, "weight": {"type": "integer", "minimum": 0, "maximum": 65535, "default": 100},
            "tags": {"type": "array", "maxItems": 64, "items": {"type": "string", "minLength": 1, "maxLength": 128}}, "metadata": {"$ref": "#/components/schemas/Metadata"}, "locality": {"$ref": "#/components/schemas/Locality"},
            "ports": {"$ref": "#/components/schemas/Ports"}, "ttl": {"$ref": "#/components/schemas/Lifetime"}, "checks": {"type": "array", "maxItems": 16, "items": {"$ref": "#/components/schemas/Check"}},
            "deregister_after": {"$ref": "#/components/schemas/Lifetime"}, "incarnation": {"type": "integer", "minimum": 0, "maximum": 9007199254740991}
          }
        },
        "Registration": {
          "type": "object", "required": ["service", "instance"],
          "properties": {
            "service": {"type": "object", "required": ["name"], "properties": {"name": {"$ref": "#/components/schemas/Name"}, "namespace": {"$ref": "#/components/schemas/Name"}, "version": {"type": "string", "description": "Of the instance, when that names none."}, "type": {"type": "string", "maxLength": 128}, "metadata": {"$ref": "#/components/schemas/Metadata"}}},
            "instance": {"$ref": "#/components/schemas/InstanceFields"},
            "metadata": {"allOf": [{"$ref": "#/components/schemas/Metadata"}], "description": "Merged under `instance.metadata`."}
          }
        },
        "InstanceReference": {
          "type": "object", "required": ["service", "instance"],
          "properties": {"namespace": {"$ref": "#/components/schemas/Name"}, "service": {"$ref": "#/components/schemas/Name"}, "instance": {"type": "string"}, "incarnation": {"type": "integer", "minimum": 0}}
        },
        "InstancePatch": {
          "type": "object", "additionalProperties": false,
          "properties": {
            "status": {"type": ["string", "null"]}, "weight": {"type": ["integer", "null"]}, "tags": {"type": ["array", "null"], "items": {"type": "string"}}, "metadata": {"type": ["object", "null"]}, "version": {"type": ["string", "null"]},
            "ttl": {"type": ["string", "null"]}, "checks": {"type": ["array", "null"]}, "locality": {"type": ["object", "null"]}, "ports": {"type": ["object", "null"]}, "deregister_after": {"type": ["string", "null"]},
            "incarnation": {"type": "integer", "description": "The one that asks; it is not changed."}
          }
        },
        "ServicePatch": {"type": "object", "additionalProperties": false, "properties": {"type": {"type": ["string", "null"]}, "metadata": {"type": ["object", "null"]}}},
        "HealthReport": {
          "type": "object",
          "properties": {
            "status": {"type": "string", "enum": ["UP", "DOWN"]}, "check": {"type": "string", "description": "The check of type ttl that is meant."}, "details": {"$ref": "#/components/schemas/HealthDetails"},
            "load": {"$ref": "#/components/schemas/Load"}, "metadata": {"$ref": "#/components/schemas/Metadata"}, "incarnation": {"type": "integer", "minimum": 0}
          }
        }
        """#

    static let answerSchemas = #"""

        "Warnings": {"type": "array", "description": "Paths of body fields that are not known and were ignored.", "items": {"type": "string"}},
        "DiscoverAnswer": {"type": "object", "required": ["services", "revision"], "properties": {"services": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"$ref": "#/components/schemas/Service"}}, "revision": {"$ref": "#/components/schemas/Revision"}}},
        "InstanceAnswer": {"type": "object", "required": ["instance", "revision"], "properties": {"service": {"$ref": "#/components/schemas/Service"}, "instance": {"$ref": "#/components/schemas/Instance"}, "revision": {"$ref": "#/components/schemas/Revision"}, "warnings": {"$ref": "#/components/schemas/Warnings"}}},
        "ServiceAnswer": {"type": "object", "required": ["service", "revision"], "properties": {"service": {"$ref": "#/components/schemas/Service"}, "revision": {"$ref": "#/components/schemas/Revision"}, "warnings": {"$ref": "#/components/schemas/Warnings"}}},
        "BatchAnswer": {"type": "object", "required": ["results", "revision"], "properties": {
          "results": {"type": "array", "items": {"oneOf": [
            {"type": "object", "required": ["status", "service_id", "instance_id", "revision"], "properties": {"status": {"type": "integer"}, "service_id": {"type": "string"}, "instance_id": {"type": "string"}, "revision": {"$ref": "#/components/schemas/Revision"}}},
            {"$ref": "#/components/schemas/Problem"}]}},
          "revision": {"$ref": "#/components/schemas/Revision"}, "warnings": {"$ref": "#/components/schemas/Warnings"}}},
        "HeartbeatAnswer": {"type": "object", "required": ["renewed", "unknown", "stale"], "properties": {"renewed": {"type": "integer"}, "unknown": {"type": "array", "items": {"$ref": "#/components/schemas/InstanceReference"}}, "stale": {"type": "array", "items": {"$ref": "#/components/schemas/InstanceReference"}}, "warnings": {"$ref": "#/components/schemas/Warnings"}}},
        "Renewal": {"allOf": [{"$ref": "#/components/schemas/Health"}, {"type": "object", "required": ["revision"], "properties": {"revision": {"$ref": "#/components/schemas/Revision"}, "warnings": {"$ref": "#/components/schemas/Warnings"}}}]},
        "ServiceHealth": {"type": "object", "required": ["service_id", "status", "instances", "revision"], "properties": {"service_id": {"type": "string"}, "status": {"$ref": "#/components/schemas/ServiceStatus"}, "instances": {"type": "array", "items": {"$ref": "#/components/schemas/Health"}}, "revision": {"$ref": "#/components/schemas/Revision"}}},
        "Selection": {"type": "object", "required": ["service_id", "instance", "strategy", "code", "reason", "considered", "steps", "revision"], "properties": {
          "service_id": {"type": "string"}, "instance": {"oneOf": [{"$ref": "#/components/schemas/Instance"}, {"type": "null"}]}, "strategy": {"type": "string"}, "code": {"type": "string", "enum": ["selected", "empty", "none_matching", "none_healthy", "none_up"]},
          "reason": {"type": "string"}, "considered": {"type": "integer"}, "steps": {"type": "array", "items": {"type": "object", "properties": {"stage": {"type": "string"}, "remaining": {"type": "integer"}}}}, "revision": {"$ref": "#/components/schemas/Revision"}}},
        "ServicePage": {"type": "object", "required": ["services", "revision"], "properties": {"services": {"type": "array", "items": {"$ref": "#/components/schemas/Service"}}, "revision": {"$ref": "#/components/schemas/Revision"}, "next_cursor": {"type": "string"}}},
        "InstancePage": {"type": "object", "required": ["instances", "revision"], "properties": {"instances": {"type": "array", "items": {"$ref": "#/components/schemas/Instance"}}, "revision": {"$ref": "#/components/schemas/Revision"}, "next_cursor": {"type": "string"}}},
        "NamespacePage": {"type": "object", "required": ["namespaces", "revision"], "properties": {"namespaces": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}, "services": {"type": "integer"}, "instances": {"type": "integer"}}}}, "revision": {"$ref": "#/components/schemas/Revision"}, "next_cursor": {"type": "string"}}},
        "HistoryPage": {"type": "object", "required": ["records", "revision"], "properties": {"records": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}}, "revision": {"$ref": "#/components/schemas/Revision"}, "next_cursor": {"type": "string"}}}
        """#
}
