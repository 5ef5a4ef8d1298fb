extension OpenAPIDocument {
    static let subscriberPaths = #"""
        "/v1/services/{service}/instances/{instance}/drain": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/instance"}, {"$ref": "#/components/parameters/namespace"}, {"$ref": "#/components/parameters/incarnation"}, {"$ref": "#/components/parameters/client"}],
          "post": {
            "operationId": "drain", "tags": ["register"],
            "summary": "Say that an instance is about to leave, and wait until its callers know",
            "description": "Its status becomes DRAINING, of which everybody who reads the service is told. Then it waits for those who read it now: a stream confirms by `PUT /v1/watches/{watch}`, a blocking reader by asking with an index at or above the revision, a callback by 2xx. 200 also when the wait is over before all have. 409 also while an operator holds it UP, as callers would go on using it; 429 while as many drains wait as may. The other nodes of a cluster answer for those who read there. An instance that is DRAINING already stays as it is, and is waited for again.",
            "parameters": [{"name": "wait", "in": "query", "description": "How long to wait at most, 0 s to 5 min.", "schema": {"allOf": [{"$ref": "#/components/schemas/DrainTime"}], "default": "10s"}}],
            "responses": {
              \#(Self.answer(200, "Who has taken it over, and who has not.", "DrainAnswer", links: .requested)),
              \#(Self.readProblems(404, 409, 429))
            }
          },
          "delete": {
            "operationId": "undrain", "tags": ["register"],
            "summary": "Take a drain back: the instance is UP again",
            "description": "409 when it is not DRAINING.",
            "responses": {
              \#(Self.emptyAnswer(204, "It is UP.", links: .requested)),
              \#(Self.readProblems(404, 409, 429))
            }
          }
        },
        "/v1/services/{service}/subscribers": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "list_subscribers", "tags": ["events"],
            "summary": "Who reads a service now, and how far each has come",
            "description": "Streams, callbacks, and blocking readers from their request until 10 s after their last answer. A stream that broke off is kept for 10 s: its client may be about to come back.",
            "parameters": [{"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}, {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "A page, in the order of ids.", "SubscriberPage")),
              \#(Self.readProblems(404))
            }
          }
        },
        "/v1/watches/{watch}": {
          "parameters": [{"name": "watch", "in": "path", "required": true, "description": "The stream's `Rollcall-Watch-Id`.", "schema": {"type": "string", "minLength": 1}, "example": "mm7x1s00-17"}],
          "put": {
            "operationId": "acknowledge_watch", "tags": ["events"],
            "summary": "Confirm that what a stream told is taken over",
            "requestBody": {"required": true, "content": {"application/json": {
              "schema": {"$ref": "#/components/schemas/Acknowledgement"}, "example": {"revision": 18}}}},
            "responses": {
              \#(Self.answer(200, "The stream as a subscriber.", "Subscriber")),
              \#(Self.bodyProblems(404))
            }
          }
        }
        """#

    static let subscriberSchemas = #"""

        "DrainTime": {"type": "string", "pattern": "^(5m|[0-4]m([1-5]?[0-9]s)?|([1-9]?[0-9]|[12][0-9]{2})s|(0|[1-9][0-9]{0,4})ms)$", "description": "0 s to 5 min.", "examples": ["10s"]},
        "Acknowledgement": {"type": "object", "required": ["revision"], "properties": {
          "revision": {"allOf": [{"$ref": "#/components/schemas/Revision"}], "description": "Everything up to it is taken over; at most what the stream has told."}}},
        "SubscriberName": {"type": "object", "required": ["id", "kind", "client"], "properties": {
          "id": {"type": "string", "description": "Of a stream its `Rollcall-Watch-Id`, of a callback its subscription's."}, "kind": {"type": "string", "enum": ["stream", "blocking", "webhook"]},
          "client": {"type": "string", "description": "Its `Rollcall-Client`, else its address."}}},
        "Subscriber": {"allOf": [{"$ref": "#/components/schemas/SubscriberName"}, {"type": "object", "required": ["scope", "since", "delivered", "confirmed", "connected"], "properties": {
          "scope": {"type": "string", "enum": ["service", "services", "namespace", "everything"], "description": "How much it reads."}, "since": {"type": "string", "format": "date-time"},
          "delivered": {"anyOf": [{"$ref": "#/components/schemas/Revision"}, {"type": "null"}], "description": "Up to here everything was written to it."},
          "confirmed": {"anyOf": [{"$ref": "#/components/schemas/Revision"}, {"type": "null"}], "description": "Up to here it said that it has taken over what it was told."},
          "connected": {"type": "boolean", "description": "False while it is kept though nobody is connected."}, "warnings": {"$ref": "#/components/schemas/Warnings"}}}]},
        "SubscriberPage": {"type": "object", "required": ["subscribers", "revision"], "properties": {"subscribers": {"type": "array", "items": {"$ref": "#/components/schemas/Subscriber"}}, "revision": {"$ref": "#/components/schemas/Revision"}, "next_cursor": {"type": "string"}}},
        "DrainAnswer": {"type": "object", "required": ["revision", "complete", "confirmed", "delivered", "pending", "gone"], "properties": {
          "revision": {"allOf": [{"$ref": "#/components/schemas/Revision"}], "description": "The commit from which on the instance is DRAINING."}, "complete": {"type": "boolean", "description": "Whether nobody is left who may go on using it."},
          "confirmed": {"type": "array", "items": {"$ref": "#/components/schemas/SubscriberName"}},
          "delivered": {"type": "array", "description": "Told, and not confirmed.", "items": {"$ref": "#/components/schemas/SubscriberName"}},
          "pending": {"type": "array", "description": "Not told yet.", "items": {"$ref": "#/components/schemas/SubscriberName"}},
          "gone": {"type": "array", "description": "They went away without a word.", "items": {"$ref": "#/components/schemas/SubscriberName"}},
          "nodes": {"type": "array", "description": "The other nodes, where there are any. `informed`: those who read there have taken it over; `pending`: not all have; `unknown`: it was lost meanwhile, and whoever goes on reading there may not know.", "items": {"type": "object", "required": ["node", "standing"], "properties": {
            "node": {"type": "string"}, "standing": {"type": "string", "enum": ["informed", "pending", "unknown"]}}}}}}
        """#
}
