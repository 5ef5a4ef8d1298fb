extension OpenAPIDocument {
    static let instancePaths = #"""
        "/v1/services/{service}/instances": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "list_instances", "tags": ["discover"],
            "summary": "List a service's instances, available or not",
            "description": "Unlike discover it lists every health and status unless one is asked for, in pages.",
            "parameters": [\#(Self.traits), \#(Self.states), {"$ref": "#/components/parameters/limit"}, {"$ref": "#/components/parameters/cursor"}, {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "A page, in the order of ids.", "InstancePage", isTagged: true, links: .paged)),
              \#(Self.readProblems(404, 431))
            }
          }
        },
        "/v1/services/{service}/instances/{instance}": {
          "parameters": [{"$ref": "#/components/parameters/service"}, {"$ref": "#/components/parameters/instance"}, {"$ref": "#/components/parameters/namespace"}],
          "get": {
            "operationId": "get_instance", "tags": ["discover"],
            "summary": "One instance",
            "parameters": [{"$ref": "#/components/parameters/ifNoneMatch"}, {"$ref": "#/components/parameters/minRevision"}],
            "responses": {
              \#(Self.answer(200, "The instance, and its own revision, which its ETag names.", "InstanceAnswer", isTagged: true, links: .requested)),
              \#(Self.emptyAnswer(304, "The instance is unchanged since the revision in If-None-Match.")),
              \#(Self.readProblems(404))
            }
          },
          "patch": {
            "operationId": "update", "tags": ["register"],
            "summary": "Change some of an instance's fields",
            "description": "JSON Merge Patch (RFC 7396): null returns a field to its default, or removes a pair of metadata or a port.",
            "parameters": [{"$ref": "#/components/parameters/ifMatch"}, {"$ref": "#/components/parameters/client"}],
            "requestBody": {"required": true, "content": {
              "application/merge-patch+json": {"schema": {"$ref": "#/components/schemas/InstancePatch"}},
              "application/json": {"schema": {"$ref": "#/components/schemas/InstancePatch"}, "example": {"weight": 50, "metadata": {"color": "blue", "old": null}}}}},
            "responses": {
              \#(Self.answer(200, "The instance as it is now.", "InstanceAnswer", links: .written)),
              \#(Self.bodyProblems(404, 409, 412, 429))
            }
          },
          "delete": {
            "operationId": "deregister", "tags": ["register"],
            "summary": "Take an instance off the roll",
            "parameters": [{"$ref": "#/components/parameters/incarnation"}, {"$ref": "#/components/parameters/client"}],
            "responses": {
              \#(Self.emptyAnswer(204, "It is off the roll.", links: .requested)),
              \#(Self.readProblems(404, 409, 429))
            }
          }
        }
        """#
}
