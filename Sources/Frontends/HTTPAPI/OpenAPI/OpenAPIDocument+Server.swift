extension OpenAPIDocument {
    static let serverPaths = #"""
        "/v1/version": {
          "get": {
            "operationId": "version", "tags": ["server"], "summary": "What runs here, and which registry it is",
            "responses": {
              \#(Self.answer(200, "The program's version and the registry's id, which was made with its data.", "VersionAnswer")),
              \#(Self.problems(400, 503))
            }
          }
        },
        "/livez": {
          "get": {
            "operationId": "livez", "tags": ["server"], "summary": "Whether the process lives; never depends on a backend",
            "responses": {"200": {"description": "It does.", "content": {"text/plain": {"schema": {"type": "string"}, "example": "ok\n"}}}, \#(Self.problems(400))}
          }
        },
        "/readyz": {
          "get": {
            "operationId": "readyz", "tags": ["server"], "summary": "Whether requests should be sent here",
            "description": "200 once the catalogue is loaded, and so while the store is away. 503 while it loads and from the start of a graceful stop.",
            "parameters": [{"name": "verbose", "in": "query", "description": "One line for each thing that was looked at.", "allowEmptyValue": true, "schema": {"$ref": "#/components/schemas/Flag"}}],
            "responses": {
              "200": {"description": "Yes.", "content": {"text/plain": {"schema": {"type": "string"}, "example": "ok\n"}}},
              \#(Self.problems(400, 422)),
              "503": {"description": "No: it is starting or stopping. With `verbose` as text.",
                "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}},
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}, "text/plain": {"schema": {"type": "string"}, "example": "catalogue: loading\nserver: running\nstore: ok\nnot ready\n"}}}
            }
          }
        },
        "/openapi.json": {
          "get": {
            "operationId": "openapi", "tags": ["server"], "summary": "This document",
            "responses": {"200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object", "required": ["openapi", "info", "paths", "components"]}}}}, \#(Self.problems(400))}
          }
        }
        """#
}
