extension OpenAPIDocument {
    static let answerSchemas = #"""

        "Warnings": {"type": "array", "description": "Paths of body fields that are not known, or say nothing here, and were ignored.", "items": {"type": "string"}},
        "VersionAnswer": {"type": "object", "required": ["version", "registry_id"], "properties": {"version": {"type": "string"}, "registry_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}},
        "DiscoverAnswer": {"type": "object", "required": ["services", "revision"], "properties": {"services": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"$ref": "#/components/schemas/Service"}}, "revision": {"$ref": "#/components/schemas/Revision"}}},
        "InstanceAnswer": {"type": "object", "required": ["instance", "revision"], "properties": {"service": {"$ref": "#/components/schemas/Service"}, "instance": {"$ref": "#/components/schemas/Instance"}, "revision": {"$ref": "#/components/schemas/Revision"}, "warnings": {"$ref": "#/components/schemas/Warnings"}}},
        "ServiceAnswer": {"type": "object", "required": ["service", "revision"], "properties": {"service": {"$ref": "#/components/schemas/Service"}, "revision": {"$ref": "#/components/schemas/Revision"}, "warnings": {"$ref": "#/components/schemas/Warnings"}}},
        "BatchAnswer": {"type": "object", "required": ["results", "revision"], "properties": {
          "results": {"type": "array", "items": {"oneOf": [
            {"type": "object", "required": ["status", "service_id", "instance_id", "revision"], "properties": {"status": {"type": "integer", "enum": [200, 201, 204]}, "service_id": {"type": "string"}, "instance_id": {"type": "string"}, "revision": {"$ref": "#/components/schemas/Revision"}}},
            {"$ref": "#/components/schemas/Problem"}]}},
          "revision": {"$ref": "#/components/schemas/Revision"}, "warnings": {"$ref": "#/components/schemas/Warnings"}}},
        "HeartbeatAnswer": {"type": "object", "required": ["renewed", "unknown", "stale"], "properties": {"renewed": {"$ref": "#/components/schemas/Count"}, "unknown": {"type": "array", "items": {"$ref": "#/components/schemas/InstanceReference"}}, "stale": {"type": "array", "items": {"$ref": "#/components/schemas/InstanceReference"}}, "warnings": {"$ref": "#/components/schemas/Warnings"}}},
        "Renewal": {"allOf": [{"$ref": "#/components/schemas/Health"}, {"type": "object", "required": ["revision"], "properties": {"revision": {"$ref": "#/components/schemas/Revision"}, "warnings": {"$ref": "#/components/schemas/Warnings"}}}]},
        "ServiceHealth": {"type": "object", "required": ["service_id", "status", "instances", "revision"], "properties": {"service_id": {"type": "string"}, "status": {"$ref": "#/components/schemas/ServiceStatus"}, "instances": {"type": "array", "items": {"$ref": "#/components/schemas/Health"}}, "revision": {"$ref": "#/components/schemas/Revision"}}},
        "Selection": {"type": "object", "required": ["service_id", "instance", "strategy", "code", "reason", "considered", "steps", "revision"], "properties": {
          "service_id": {"type": "string"}, "instance": {"oneOf": [{"$ref": "#/components/schemas/Instance"}, {"type": "null"}]}, "strategy": {"$ref": "#/components/schemas/Strategy"}, "code": {"type": "string", "enum": ["selected", "suspect", "empty", "none_matching", "none_healthy", "all_withheld", "none_up"]},
          "reason": {"type": "string"}, "considered": {"type": "integer"}, "steps": {"type": "array", "items": {"type": "object", "required": ["stage", "remaining"], "properties": {"stage": {"type": "string"}, "remaining": {"$ref": "#/components/schemas/Count"}}}}, "revision": {"$ref": "#/components/schemas/Revision"}}},
        "ServicePage": {"type": "object", "required": ["services", "revision"], "properties": {"services": {"type": "array", "items": {"$ref": "#/components/schemas/Service"}}, "revision": {"$ref": "#/components/schemas/Revision"}, "next_cursor": {"type": "string"}}},
        "InstancePage": {"type": "object", "required": ["instances", "revision"], "properties": {"instances": {"type": "array", "items": {"$ref": "#/components/schemas/Instance"}}, "revision": {"$ref": "#/components/schemas/Revision"}, "next_cursor": {"type": "string"}}},
        "NamespacePage": {"type": "object", "required": ["namespaces", "revision"], "properties": {"namespaces": {"type": "array", "items": {"type": "object", "required": ["name", "services", "instances"], "properties": {"name": {"$ref": "#/components/schemas/Name"}, "services": {"$ref": "#/components/schemas/Count"}, "instances": {"$ref": "#/components/schemas/Count"}}}}, "revision": {"$ref": "#/components/schemas/Revision"}, "next_cursor": {"type": "string"}}},
        "HistoryPage": {"type": "object", "required": ["records", "revision"], "properties": {"records": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}}, "revision": {"$ref": "#/components/schemas/Revision"}, "next_cursor": {"type": "string"}}}
        """#
}
