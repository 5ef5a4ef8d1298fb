extension OpenAPIDocument {
    static let eventPaths = #"""
        "/v1/watch": {
          "get": {
            "operationId": "watch", "tags": ["events"],
            "summary": "Server-sent events of what changes in a view",
            "description": "Events: `snapshot` {namespace, service, revision, snapshot: Service}, `change` {namespace, service, revision, changes: [record], instances: [changed or added], removed: [ids]}, `gap` {namespace, service, from, to} followed by a snapshot, `synced` {revision} after the last first snapshot when several services are watched. Events of one revision are sent together and only the last of them has an `id`, the revision, from which `Last-Event-ID` or `index` resumes. A service that does not exist gives a snapshot without instances at revision 0. A comment comes every 15 s. On a graceful stop the stream closes with a random `retry`.",
            "parameters": [{"$ref": "#/components/parameters/namespaceOrAll"}, {"$ref": "#/components/parameters/watched"}, {"$ref": "#/components/parameters/resume"}, {"$ref": "#/components/parameters/lastEventID"}, \#(Self.traits), \#(Self.states), {"$ref": "#/components/parameters/client"}],
            "responses": {
              "200": {"description": "A stream that does not end by itself.",
                "headers": {"Rollcall-Watch-Id": {"description": "Names this watch.", "schema": {"type": "string"}}},
                "content": {"text/event-stream": {"schema": {"type": "string"}, "example": "event: change\ndata: {\"namespace\":\"default\",\"service\":\"payments\",\"revision\":18,\"changes\":[],\"instances\":[],\"removed\":[\"127.0.0.11:8080\"]}\nid: 18\n\n"}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "429": {"$ref": "#/components/responses/Shed"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        },
        "/v1/history": {
          "get": {
            "operationId": "history", "tags": ["events"],
            "summary": "What changed, when, why and by whom",
            "parameters": [
              {"$ref": "#/components/parameters/namespaceOrAll"},
              {"name": "service", "in": "query", "description": "Records of this service only.", "schema": {"$ref": "#/components/schemas/Name"}},
              {"name": "instance", "in": "query", "description": "Records of this instance only.", "schema": {"type": "string"}},
              {"name": "cause", "in": "query", "description": "Records with this cause only.", "schema": {"$ref": "#/components/schemas/Cause"}},
              {"name": "actor", "in": "query", "description": "Records of this client only; the registry itself is `registry`.", "schema": {"type": "string"}},
              {"name": "since", "in": "query", "description": "A revision or a time; records from then on.", "schema": {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "format": "date-time"}]}},
              {"name": "until", "in": "query", "description": "A revision or a time; records up to then.", "schema": {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "format": "date-time"}]}},
              {"name": "order", "in": "query", "description": "Newest or oldest first.", "schema": {"type": "string", "enum": ["desc", "asc"], "default": "desc"}},
              {"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}],
            "responses": {
              "200": {"description": "A page of records.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/HistoryPage"}}}},
              "400": {"$ref": "#/components/responses/Malformed"},
              "422": {"$ref": "#/components/responses/Invalid"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          }
        }
        """#
}
