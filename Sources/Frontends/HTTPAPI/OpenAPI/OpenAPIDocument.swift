/// The description of this API (OpenAPI 3.1), kept by hand in the sections beside this file. A test holds it against the router.
enum OpenAPIDocument {
    static let text = """
        {
        "openapi": "3.1.0",
        \(Self.information),
        "paths": {
        \(Self.paths.joined(separator: ",\n"))
        },
        "components": {
        "parameters": {\(Self.parameters)},
        "headers": {\(Self.headers)},
        "responses": {\(Self.responses)},
        "links": {\(Self.links)},
        "schemas": {\(Self.schemas.joined(separator: ",\n"))}
        }
        }

        """

    private static let paths = [
        Self.registrationPaths,
        Self.servicePaths,
        Self.explainPaths,
        Self.instancePaths,
        Self.healthPaths,
        Self.overridePaths,
        Self.eventPaths,
        Self.subscriberPaths,
        Self.subscriptionPaths,
        Self.serverPaths,
        Self.clusterPaths,
    ]

    private static let schemas = [
        Self.valueSchemas,
        Self.recordSchemas,
        Self.requestSchemas,
        Self.checkSchemas,
        Self.answerSchemas,
        Self.explainSchemas,
        Self.overrideSchemas,
        Self.eventSchemas,
        Self.subscriberSchemas,
        Self.subscriptionSchemas,
        Self.clusterSchemas,
    ]

    private static let information = #"""
        "info": {
          "title": "Rollcall",
          "summary": "Service registry and discovery",
          "version": "1",
          "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
          "description": "Instances of services register and answer the roll call; callers ask who is present and get only those that are.\n\nJSON in snake_case. Times are RFC 3339 in UTC. Durations are number and unit (`ms s m h d`, joined: `1h30m`). Integers go up to 2^53 - 1. Names are 1 to 255 of `[A-Za-z0-9._:@-]`, starting with a letter or digit; instance ids may also have `[` and `]`; they are percent-encoded in paths.\n\nAn unknown query parameter is refused and the nearest known one is named; unknown body fields are ignored and listed in `warnings`. Errors are problems of RFC 9457 with a stable `code`. Every GET is also a HEAD. Whoever sends `Rollcall-Client` is named by it in the history, else by its address."
        },
        "tags": [
          {"name": "register", "description": "Come onto the roll and leave it."},
          {"name": "discover", "description": "Who is present."},
          {"name": "health", "description": "Heartbeats, and what is known of health."},
          {"name": "operate", "description": "What operators decide, whatever the owners say."},
          {"name": "events", "description": "What changes, and what changed."},
          {"name": "server", "description": "The server itself."}
        ]
        """#
}
