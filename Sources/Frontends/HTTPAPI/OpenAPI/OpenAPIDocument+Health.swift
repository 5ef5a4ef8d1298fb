extension OpenAPIDocument {
    static let healthPaths = #"""
        "/v1/services/{service}/health": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "get_service_health", "tags": ["health"],
            "summary": "The health of a service and of each of its instances",
            "responses": {
              "200": {"description": "With what moves without a commit: last beats, details, load.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ServiceHealth"}}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "404": {"$ref": "#/components/responses/Unknown"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/v1/services/{service}/instances/{instance}/health": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/instance"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "get_instance_health", "tags": ["health"],
            "summary": "The health of one instance",
            "responses": {
              "200": {"description": "Its health, and what it reported last.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "404": {"$ref": "#/components/responses/Unknown"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          },
          "put": {
            "operationId": "report_health", "tags": ["health"],
            "summary": "Heartbeat",
            "description": "Renews. An empty body is a mere renewal. A status DOWN holds until an UP.",
            "parameters": [{"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": false, "content": {"application/json": {
              "schema": {"$ref": "#/components/schemas/HealthReport"},
              "example": {"status": "UP", "details": {"cpu": 0.4, "memory": 0.6}, "load": {"requests": 1200, "errors": 3, "latency": 12.5}}}}},
            "responses": {
              "200": {"description": "The health that the instance has now.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Renewal"}}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "404": {"$ref": "#/components/responses/Unknown"},
              "408": {"$ref": "#/components/responses/Timeout"},
              "409": {"$ref": "#/components/responses/Conflict"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "429": {"$ref": "#/components/responses/Shed"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/v1/heartbeats": {
          "post": {
            "operationId": "heartbeats", "tags": ["health"],
            "summary": "Up to 10,000 heartbeats",
            "parameters": [{"$ref": "#/components/parameters/namespace"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
              "type": "object", "required": ["instances"],
              "properties": {"instances": {"type": "array", "minItems": 1, "maxItems": 10000, "items": {"$ref": "#/components/schemas/InstanceReference"}}}},
              "example": {"instances": [{"service": "payments", "instance": "127.0.0.11:8080", "incarnation": 1772366400000}]}}}},
            "responses": {
              "200": {"description": "How many were renewed, and those that were not.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/HeartbeatAnswer"}}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "408": {"$ref": "#/components/responses/Timeout"},
              "413": {"$ref": "#/components/responses/TooLarge"},
              "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        }
        """#
}
