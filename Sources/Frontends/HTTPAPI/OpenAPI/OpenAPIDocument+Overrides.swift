extension OpenAPIDocument {
    static let overridePaths = #"""
        "/v1/services/{service}/instances/{instance}/override": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/instance"}, {"$ref": "#/components/parameters/namespace"}],
          "put": {
            "operationId": "override_instance", "tags": ["operate"],
            "summary": "Decide on an instance's status or weight",
            "description": "Holds whatever its owner says, also across a restart of either, until it is lifted, runs out, or the instance has been gone for 7 days. Health stays what it is: an instance that is DOWN is not made available. An earlier decision is replaced; the same again changes nothing. An instance that is gone can be decided on only while a decision on it holds.",
            "parameters": [{"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/OverrideRequest"}, "example": {"status": "OUT_OF_SERVICE", "reason": "disk is being replaced", "expires_after": "2h"}}}},
            "responses": {
              \#(Self.answer(200, "The decision.", "OverrideAnswer", links: .requested)),
              \#(Self.bodyProblems(404, 409, 429))
            }
          },
          "delete": {
            "operationId": "lift_instance_override", "tags": ["operate"],
            "summary": "Take back what was decided on an instance",
            "parameters": [{"$ref": "#/components/parameters/client"}],
            "responses": {
              \#(Self.emptyAnswer(204, "Its owner's values count again.", links: .requested)),
              \#(Self.readProblems(404, 409, 429))
            }
          }
        },
        "/v1/services/{service}/override": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/namespace"}],
          "put": {
            "operationId": "override_service", "tags": ["operate"],
            "summary": "Decide on the status or weight of all instances of a service",
            "description": "As for one instance; also for instances that register later. What is decided on an instance counts before what is decided on its service, field by field.",
            "parameters": [{"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/OverrideRequest"}, "example": {"status": "DRAINING", "reason": "region is being left"}}}},
            "responses": {
              \#(Self.answer(200, "The decision.", "OverrideAnswer", links: .requestedService)),
              \#(Self.bodyProblems(404, 409, 429))
            }
          },
          "delete": {
            "operationId": "lift_service_override", "tags": ["operate"],
            "summary": "Take back what was decided on a service",
            "parameters": [{"$ref": "#/components/parameters/client"}],
            "responses": {
              \#(Self.emptyAnswer(204, "Its instances' own values count again.", links: .requestedService)),
              \#(Self.readProblems(404, 409, 429))
            }
          }
        },
        "/v1/overrides": {
          "get": {
            "operationId": "list_overrides", "tags": ["operate"],
            "summary": "List what operators decided",
            "parameters": [
              {"$ref": "#/components/parameters/namespaceOrAll"},
              {"name": "service", "in": "query", "description": "Decisions on this service and its instances only.", "schema": {"$ref": "#/components/schemas/Name"}},
              {"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}, {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "A page, in the order of namespace, service and instance; a service's own comes before those of its instances.", "OverridePage", links: .decided)),
              \#(Self.readProblems())
            }
          }
        }
        """#

    static let overrideSchemas = #"""

        "OperatorStatus": {"type": "string", "enum": ["UP", "DRAINING", "OUT_OF_SERVICE"]},
        "OverrideRequest": {
          "type": "object", "description": "Says at least one of status and weight.",
          "properties": {
            "status": \#(Self.orNull("OperatorStatus")), "weight": \#(Self.orNull("Weight")),
            "reason": {"type": ["string", "null"], "maxLength": 512, "description": "At most 512 bytes."},
            "expires_after": {"anyOf": [{"$ref": "#/components/schemas/OverrideLifetime"}, {"type": "null"}], "description": "Until it is lifted when absent."}
          },
          "anyOf": [
            {"required": ["status"], "properties": {"status": {"$ref": "#/components/schemas/OperatorStatus"}}},
            {"required": ["weight"], "properties": {"weight": {"$ref": "#/components/schemas/Weight"}}}]
        },
        "OverrideLifetime": {"type": "string", "pattern": "^(([1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-5])d|([1-9]|[1-9][0-9]{1,2})h([1-5]?[0-9]m)?|[1-9][0-9]{0,3}m([1-5]?[0-9]s)?|[1-9][0-9]{0,5}s|[1-9][0-9]{3,8}ms)$", "description": "1 s to 365 d.", "examples": ["2h"]},
        "Decision": {
          "type": "object", "required": ["scope", "reason", "actor", "created_at"],
          "properties": {
            "scope": {"type": "string", "enum": ["instance", "service"], "description": "What it was decided on."},
            "status": {"$ref": "#/components/schemas/InstanceStatus"}, "weight": {"$ref": "#/components/schemas/Weight"},
            "reason": {"type": "string"}, "actor": {"type": "string"},
            "created_at": {"type": "string", "format": "date-time"}, "expires_at": {"type": "string", "format": "date-time", "description": "Absent: it holds until it is lifted."}
          }
        },
        "Override": {"allOf": [{"$ref": "#/components/schemas/Decision"}, {
          "type": "object", "required": ["namespace", "service", "revision"],
          "properties": {
            "namespace": {"$ref": "#/components/schemas/Name"}, "service": {"$ref": "#/components/schemas/Name"}, "instance": {"$ref": "#/components/schemas/InstanceID"},
            "absent_since": {"type": "string", "format": "date-time", "description": "Since when there has been nothing to decide on; 7 days later it is removed."}, "revision": {"$ref": "#/components/schemas/Revision"}
          }}]},
        "OverrideAnswer": {"type": "object", "required": ["override", "revision"], "properties": {"override": {"$ref": "#/components/schemas/Override"}, "revision": {"$ref": "#/components/schemas/Revision"}, "warnings": {"$ref": "#/components/schemas/Warnings"}}},
        "OverridePage": {"type": "object", "required": ["overrides", "revision"], "properties": {"overrides": {"type": "array", "items": {"$ref": "#/components/schemas/Override"}}, "revision": {"$ref": "#/components/schemas/Revision"}, "next_cursor": {"type": "string"}}}
        """#
}
