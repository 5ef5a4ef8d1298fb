extension OpenAPIDocument {
    static let subscriptionPaths = #"""
        "/v1/subscriptions": {
          "post": {
            "operationId": "subscribe", "tags": ["events"],
            "summary": "Have a callback told of every change of a service",
            "description": "Each delivery is a `POST` of `Delivery`, signed as Standard Webhooks say: `webhook-id`, `webhook-timestamp`, `webhook-signature`. The first is the snapshot at creation; a service that does not exist is one without instances, at revision 0. 2xx confirms; anything else, redirects too, is tried again with growing waits. Deliveries come at least once and in the order of their `sequence`; a receiver that is slow gets the newest snapshot.",
            "parameters": [{"$ref": "#/components/parameters/namespace"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {"application/json": {
              "schema": {"$ref": "#/components/schemas/SubscriptionRequest"},
              "example": {"service_name": "payments", "client_id": "gateway", "callback": "http://127.0.0.1:9/changes", "metadata": {}}}}},
            "callbacks": {"delivery": {"{$request.body#/callback}": {"post": {
              "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Delivery"}}}},
              "responses": {"2XX": {"description": "It is taken: a confirmation."}, "410": {"description": "No more is wanted."}}}}}},
            "responses": {
              \#(Self.answer(201, "It is made, and `Location` says where it is. The secret is in no other answer.", "NewSubscription", links: .subscribed)),
              \#(Self.bodyProblems(409, 429))
            }
          },
          "get": {
            "operationId": "list_subscriptions", "tags": ["events"],
            "summary": "List subscriptions and how their deliveries go",
            "parameters": [{"$ref": "#/components/parameters/namespaceOrAll"},
              {"name": "service", "in": "query", "description": "Of the service of this name.", "schema": {"type": "string"}},
              {"name": "client_id", "in": "query", "description": "Of this subscriber.", "schema": {"type": "string"}},
              {"name": "status", "in": "query", "description": "Whose deliveries go so.", "schema": {"$ref": "#/components/schemas/DeliveryState"}},
              {"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}, {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "A page, in the order in which they were made.", "SubscriptionPage", links: .subscriptions)),
              \#(Self.readProblems())
            }
          }
        },
        "/v1/subscriptions/{id}": {
          "parameters": [{"$ref": "#/components/parameters/subscription"}],
          "get": {
            "operationId": "get_subscription", "tags": ["events"],
            "summary": "One subscription",
            "parameters": [{"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "The subscription, without its secret.", "Subscription", links: .requestedSubscription)),
              \#(Self.readProblems(404))
            }
          },
          "delete": {
            "operationId": "unsubscribe", "tags": ["events"],
            "summary": "Remove a subscription",
            "parameters": [{"$ref": "#/components/parameters/client"}],
            "responses": {
              \#(Self.emptyAnswer(204, "It is gone; a delivery under way may still arrive.", links: .requestedSubscription)),
              \#(Self.readProblems(404, 429))
            }
          }
        },
        "/v1/subscriptions/{id}/revive": {
          "parameters": [{"$ref": "#/components/parameters/subscription"}],
          "post": {
            "operationId": "revive_subscription", "tags": ["events"],
            "summary": "Try the deliveries of a subscription again at once",
            "description": "Also of one that has failed. What its receiver lacks is sent, and the count of failures begins anew.",
            "parameters": [{"$ref": "#/components/parameters/client"}],
            "responses": {
              \#(Self.answer(200, "It is active again.", "RevivedSubscription", links: .requestedSubscription)),
              \#(Self.readProblems(404, 409, 429))
            }
          }
        }
        """#

    static let subscriptionSchemas = #"""

        "SubscriptionID": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "DeliveryState": {"type": "string", "enum": ["active", "retrying", "failed"], "description": "`retrying`: the last delivery was not taken. `failed`: none was for too long, or the receiver answered 410; nothing is sent until it is revived."},
        "DeliveryStatus": {
          "type": "object", "required": ["status", "last_notify", "error", "retry_count", "acknowledged_revision", "sequence"],
          "properties": {
            "status": {"$ref": "#/components/schemas/DeliveryState"},
            "last_notify": {"type": ["string", "null"], "format": "date-time", "description": "When a delivery was taken last."},
            "error": {"type": "string", "description": "Why the last delivery was not taken; empty while all is well."},
            "retry_count": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "Tries in a row that were not taken."},
            "acknowledged_revision": {"anyOf": [{"$ref": "#/components/schemas/Revision"}, {"type": "null"}], "description": "What the receiver has taken last; committed once in a second."},
            "sequence": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "The highest number given to a delivery. It leaps when the server starts."}
          }
        },
        "Subscription": {
          "type": "object", "required": ["id", "namespace", "service_name", "client_id", "callback", "status", "metadata", "created_at", "updated_at"],
          "properties": {
            "id": {"$ref": "#/components/schemas/SubscriptionID"}, "namespace": {"$ref": "#/components/schemas/Name"}, "service_name": {"$ref": "#/components/schemas/Name"},
            "client_id": {"type": "string"}, "callback": {"type": "string"}, "status": {"$ref": "#/components/schemas/DeliveryStatus"}, "metadata": {"$ref": "#/components/schemas/Metadata"},
            "created_at": {"type": ["string", "null"], "format": "date-time"}, "updated_at": {"type": ["string", "null"], "format": "date-time"}
          }
        },
        "RevivedSubscription": {"allOf": [{"$ref": "#/components/schemas/Subscription"}, {"type": "object", "required": ["revision"], "properties": {"revision": {"$ref": "#/components/schemas/Revision"}}}]},
        "NewSubscription": {"allOf": [{"$ref": "#/components/schemas/RevivedSubscription"}, {"type": "object", "required": ["secret"], "properties": {"secret": {"type": "string", "description": "Deliveries are signed with it: `whsec_` and base64."}, "warnings": {"$ref": "#/components/schemas/Warnings"}}}]},
        "SubscriptionPage": {"type": "object", "required": ["subscriptions", "revision"], "properties": {"subscriptions": {"type": "array", "items": {"$ref": "#/components/schemas/Subscription"}}, "revision": {"$ref": "#/components/schemas/Revision"}, "next_cursor": {"type": "string"}}},
        "SubscriptionRequest": {
          "type": "object", "required": ["service_name", "callback"],
          "properties": {
            "service_name": {"allOf": [{"$ref": "#/components/schemas/Name"}], "description": "The service may come later."},
            "namespace": \#(Self.orNull("Name")),
            "client_id": {"type": ["string", "null"], "maxLength": 255, "description": "How the subscriber calls itself; at most 255 bytes."},
            "callback": {"type": "string", "format": "uri", "maxLength": 2048, "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^@#]+$", "description": "An absolute `http` or `https` URL, without user info and fragment, whose host `outbound` allows."},
            "secret": {"anyOf": [{"type": "string", "pattern": "^whsec_([A-Za-z0-9+/]{4}){8,21}$"}, {"type": "null"}], "description": "`whsec_` and the base64 of 24 to 64 bytes; made when absent."},
            "metadata": {"$ref": "#/components/schemas/GivenMetadata"}
          }
        },
        "Delivery": {
          "type": "object", "required": ["subscription_id", "namespace", "service", "revision", "sequence", "snapshot"],
          "description": "What a callback is sent: the newest snapshot, in discover's default view.",
          "properties": {
            "subscription_id": {"$ref": "#/components/schemas/SubscriptionID"}, "namespace": {"$ref": "#/components/schemas/Name"}, "service": {"$ref": "#/components/schemas/Name"},
            "revision": {"allOf": [{"$ref": "#/components/schemas/Revision"}], "description": "Of the snapshot; 0: there is no such service."},
            "sequence": {"allOf": [{"$ref": "#/components/schemas/Count"}], "description": "Rises with every delivery of the subscription, also over a restart; a delivery that is tried again keeps it."},
            "snapshot": {"$ref": "#/components/schemas/Service"}
          }
        }
        """#
}
