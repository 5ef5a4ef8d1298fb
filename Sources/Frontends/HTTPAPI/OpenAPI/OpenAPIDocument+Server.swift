extension OpenAPIDocument {
    static let serverPaths = #"""
        "/v1/version": {
          "get": {
            "operationId": "version", "tags": ["server"], "summary": "What runs here, and which registry it is",
            "responses": {
              "200": {"description": "The program's version and the registry's id, which was made with its data.", "content": {"application/json": {"schema": {
                "type": "object", "required": ["version", "registry_id"], "properties": {"version": {"type": "string"}, "registry_id": {"type": "string"}}}}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/livez": {
          "get": {
            "operationId": "livez", "tags": ["server"], "summary": "Whether the process lives; never depends on a backend",
            "responses": {"200": {"description": "It does.", "content": {"text/plain": {"schema": {"type": "string"}, "example": "ok\n"}}}, "400": {"$ref": "#/components/responses/Malformed"}}
          }
        },
        "/readyz": {
          "get": {
            "operationId": "readyz", "tags": ["server"], "summary": "Whether requests should be sent here",
            "description": "200 once the catalogue is loaded, and so while the store is away. 503 while it loads and from the start of a graceful stop.",
            "parameters": [{"name": "verbose", "in": "query", "description": "One line for each thing that was looked at.", "allowEmptyValue": true, "schema": {"type": "boolean", "default": false}}],
            "responses": {
              "200": {"description": "Yes.", "content": {"text/plain": {"schema": {"type": "string"}, "example": "ok\n"}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/openapi.json": {
          "get": {
            "operationId": "openapi", "tags": ["server"], "summary": "This document",
            "responses": {"200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}, "400": {"$ref": "#/components/responses/Malformed"}}
          }
        }
        """#
}
