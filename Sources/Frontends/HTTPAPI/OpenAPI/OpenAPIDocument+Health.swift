extension OpenAPIDocument {
    static let healthPaths = #"""
        "/v1/services/{service}/health": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "get_service_health", "tags": ["health"],
            "summary": "The health of a service and of each of its instances",
            "parameters": [{"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "With what moves without a commit: last beats and checks, details, load.", "ServiceHealth")),
              \#(Self.readProblems(404))
            }
          }
        },
        "/v1/services/{service}/instances/{instance}/health": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/instance"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "get_instance_health", "tags": ["health"],
            "summary": "The health of one instance",
            "parameters": [{"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "Its health, each of its checks, and what it reported last.", "Health")),
              \#(Self.readProblems(404))
            }
          },
          "put": {
            "operationId": "report_health", "tags": ["health"],
            "summary": "Heartbeat",
            "description": "Renews. An empty body is a mere renewal. A status DOWN holds until an UP. A share of cpu, memory or disk that is above its threshold twice in a row makes it DOWN, until it is 0.05 below it twice in a row.",
            "parameters": [{"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": false, "content": {"application/json": {
              "schema": {"$ref": "#/components/schemas/HealthReport"},
              "example": {"status": "UP", "details": {"cpu": 0.4, "memory": 0.6}, "load": {"requests": 1200, "errors": 3, "latency": 12.5}}}}},
            "responses": {
              \#(Self.answer(200, "The health that the instance has now.", "Renewal", links: .requested)),
              \#(Self.bodyProblems(404, 409, 429))
            }
          }
        },
        "/v1/heartbeats": {
          "post": {
            "operationId": "heartbeats", "tags": ["health"],
            "summary": "Up to 10,000 heartbeats",
            "description": "Taken together or, with a field at fault, not at all.",
            "parameters": [{"$ref": "#/components/parameters/namespace"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
              "type": "object", "required": ["instances"],
              "properties": {"instances": {"type": "array", "minItems": 1, "maxItems": 10000, "items": {"$ref": "#/components/schemas/InstanceReference"}}}},
              "example": {"instances": [{"service": "payments", "instance": "127.0.0.11:8080", "incarnation": 1772366400000}]}}}},
            "responses": {
              \#(Self.answer(200, "How many were renewed, and those that were not.", "HeartbeatAnswer")),
              \#(Self.bodyProblems(429))
            }
          }
        }
        """#
}
