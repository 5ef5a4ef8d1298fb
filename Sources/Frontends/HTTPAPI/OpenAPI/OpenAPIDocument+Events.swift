extension OpenAPIDocument {
    static let eventPaths = #"""
        "/v1/watch": {
          "get": {
            "operationId": "watch", "tags": ["events"],
            "summary": "Server-sent events of what changes in a view",
            "description": "Events of one revision are sent together and only the last of them has an `id`, the revision, from which `Last-Event-ID` or `index` resumes. A comment comes every 15 s. On a graceful stop the stream closes with a random `retry`.",
            "parameters": [{"$ref": "#/components/parameters/namespaceOrAll"}, {"$ref": "#/components/parameters/watched"}, {"$ref": "#/components/parameters/resume"}, {"$ref": "#/components/parameters/lastEventID"}, \#(Self.traits), \#(Self.states), {"$ref": "#/components/parameters/client"}, {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              "200": {"description": "A stream that does not end by itself. The schema is that of one event.",
                "headers": {\#(Self.commonHeaders), "Rollcall-Watch-Id": {"description": "Names this watch.", "required": true, "schema": {"type": "string", "minLength": 1}}},
                "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/Event"}, "example": "event: change\ndata: {\"namespace\":\"default\",\"service\":\"payments\",\"revision\":18,\"changes\":[],\"instances\":[],\"removed\":[\"127.0.0.11:8080\"]}\nid: 18\n\n"}}},
              \#(Self.readProblems(429, 431))
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
              {"name": "instance", "in": "query", "description": "Records of this instance only.", "schema": {"$ref": "#/components/schemas/InstanceID"}},
              {"name": "cause", "in": "query", "description": "Records with this cause only.", "schema": {"$ref": "#/components/schemas/Cause"}},
              {"name": "actor", "in": "query", "description": "Records of this client only; the registry itself is `registry`.", "schema": {"type": "string"}},
              {"name": "since", "in": "query", "description": "A revision or a time; records from then on.", "schema": {"$ref": "#/components/schemas/Moment"}},
              {"name": "until", "in": "query", "description": "A revision or a time; records up to then.", "schema": {"$ref": "#/components/schemas/Moment"}},
              {"name": "order", "in": "query", "description": "Newest or oldest first.", "schema": {"type": "string", "enum": ["desc", "asc"], "default": "desc"}},
              {"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}, {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "A page of records.", "HistoryPage", links: .recorded)),
              \#(Self.readProblems())
            }
          }
        }
        """#
}
