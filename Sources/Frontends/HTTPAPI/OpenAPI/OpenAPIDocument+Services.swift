extension OpenAPIDocument {
    /// References to the parameters that say which instances are wanted.
    static let traits = #"""
        {"$ref": "#/components/parameters/tag"}, {"$ref": "#/components/parameters/version"}, {"$ref": "#/components/parameters/zone"}, {"$ref": "#/components/parameters/region"}, {"$ref": "#/components/parameters/protocol"}, {"$ref": "#/components/parameters/metadata"}
        """#

    static let states = #"""
        {"$ref": "#/components/parameters/status"}, {"$ref": "#/components/parameters/health"}
        """#

    static let servicePaths = #"""
        "/v1/services": {
          "get": {
            "operationId": "list_services", "tags": ["discover"],
            "summary": "List services, without their instances",
            "parameters": [{"$ref": "#/components/parameters/namespaceOrAll"}, {"$ref": "#/components/parameters/prefix"}, {"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}, {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "A page, in the order of namespace and name.", "ServicePage", links: .listed)),
              \#(Self.readProblems())
            }
          }
        },
        "/v1/services/{service}": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "discover", "tags": ["discover"],
            "summary": "Who is present",
            "description": "By default the available instances: status UP and health UP; behind them suspects, if the service is protected. With `index` or `wait` the answer comes when the service's revision is above the index, or after the wait, whatever the filters. Nobody available is an empty list; a service that was never seen is 404.",
            "parameters": [\#(Self.traits), \#(Self.states), {"$ref": "#/components/parameters/index"}, {"$ref": "#/components/parameters/wait"}, {"$ref": "#/components/parameters/consistent"}, {"$ref": "#/components/parameters/ifNoneMatch"}, {"$ref": "#/components/parameters/client"}, {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "The service with those of its instances that are wanted.", "DiscoverAnswer", isTagged: true, links: .listed, .discovered)),
              \#(Self.emptyAnswer(304, "Unchanged since the revision in If-None-Match.")),
              \#(Self.readProblems(404, 429, 431))
            }
          },
          "patch": {
            "operationId": "update_service", "tags": ["register"],
            "summary": "Change a service's own fields",
            "description": "JSON Merge Patch (RFC 7396) on `type` and `metadata`.",
            "parameters": [{"$ref": "#/components/parameters/ifMatch"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {
              "application/merge-patch+json": {"schema": {"$ref": "#/components/schemas/ServicePatch"}},
              "application/json": {"schema": {"$ref": "#/components/schemas/ServicePatch"}, "example": {"type": "http", "metadata": {"owner": "team-payments", "old": null}}}}},
            "responses": {
              \#(Self.answer(200, "The service as it is now.", "ServiceAnswer", links: .requestedService)),
              \#(Self.bodyProblems(404, 409, 412, 429))
            }
          },
          "delete": {
            "operationId": "delete_service", "tags": ["register"],
            "summary": "Forget a service that has no instances",
            "parameters": [{"$ref": "#/components/parameters/ifMatch"}, {"$ref": "#/components/parameters/client"}],
            "responses": {
              \#(Self.emptyAnswer(204, "It is gone.", links: .requestedService)),
              \#(Self.readProblems(404, 409, 412, 429))
            }
          }
        },
        "/v1/services/{service}/select": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "select", "tags": ["discover"],
            "summary": "One instance, and why",
            "description": "Weight 0 is chosen only when all others are 0 too; suspects only while fewer than half of the instances are UP, and `code` is then `suspect` if one is chosen. `instance` is null when none can be chosen, and `code` says why.",
            "parameters": [{"$ref": "#/components/parameters/strategy"}, {"$ref": "#/components/parameters/key"}, \#(Self.traits), {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "The choice and its reason.", "Selection", links: .selected)),
              \#(Self.readProblems(404, 431))
            }
          }
        },
        "/v1/services/{service}/protection": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "get_protection", "tags": ["health"],
            "summary": "Whether the registry doubts what it sees of a service",
            "description": "When at least three instances and more than half of a service go DOWN within their ttl by silence or failing checks, they are kept as suspects: DOWN and flagged, listed behind the others, not removed.",
            "parameters": [{"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "Since when, and what it takes for the cause.", "Protection", links: .requestedService)),
              \#(Self.readProblems(404))
            }
          },
          "delete": {
            "operationId": "lift_protection", "tags": ["health"],
            "summary": "Take what is silent for gone",
            "description": "The suspects lose their flag and run towards their removal. It does not begin again until half of the service is well.",
            "parameters": [{"$ref": "#/components/parameters/client"}],
            "responses": {
              \#(Self.emptyAnswer(204, "It is lifted.", links: .requestedService)),
              \#(Self.readProblems(404, 409, 429))
            }
          }
        },
        "/v1/namespaces": {
          "get": {
            "operationId": "list_namespaces", "tags": ["discover"],
            "summary": "List namespaces and how much is in each",
            "parameters": [{"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}, {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "A page, in the order of names; `default` is always there.", "NamespacePage")),
              \#(Self.readProblems())
            }
          }
        }
        """#
}
