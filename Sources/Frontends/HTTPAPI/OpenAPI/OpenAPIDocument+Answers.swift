/// What the answers of many operations have in common, so that each operation only names it.
extension OpenAPIDocument {
    /// A member of `responses`: a body of JSON with the headers that every answer about services has.
    ///
    /// - Parameters:
    ///   - schema: the name of a component.
    ///   - links: where one may go on from there; see ``LinkSource``.
    static func answer(
        _ status: Int, _ description: String, _ schema: String, isTagged: Bool = false, links: LinkSource...
    ) -> String {
        """
        "\(status)": {"description": "\(description)",
                "headers": {\(isTagged ? Self.taggedHeaders : Self.commonHeaders)},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/\(schema)"}}}\(Self.member(links))}
        """
    }

    /// A member of `responses` for an answer without a body.
    static func emptyAnswer(_ status: Int, _ description: String, links: LinkSource...) -> String {
        """
        "\(status)": {"description": "\(description)", "headers": {\(Self.commonHeaders)}\(Self.member(links))}
        """
    }

    /// Members of `responses` for what may go wrong.
    static func problems(_ statuses: Int...) -> String { Self.problems(statuses) }

    /// What may go wrong with an operation that reads services.
    static func readProblems(_ more: Int...) -> String { Self.problems([400, 422, 503] + more) }

    /// What may go wrong with an operation that reads a body.
    static func bodyProblems(_ more: Int...) -> String { Self.problems([400, 408, 413, 415, 422, 503] + more) }

    private static func problems(_ statuses: [Int]) -> String {
        statuses.sorted().map { status in
            "\"\(status)\": {\"$ref\": \"#/components/responses/\(Self.problemNames[status] ?? "\(status)")\"}"
        }.joined(separator: ",\n      ")
    }

    private static let problemNames = [
        400: "Malformed", 404: "Unknown", 408: "Timeout", 409: "Conflict", 412: "PreconditionFailed", 413: "TooLarge",
        415: "UnsupportedMediaType", 422: "Invalid", 429: "Shed", 431: "HeaderTooLarge", 503: "Unavailable",
    ]

    static let commonHeaders = ["Revision", "Registry", "Age", "Source", "Protected"].map {
        "\"Rollcall-\($0)\": {\"$ref\": \"#/components/headers/\($0)\"}"
    }.joined(separator: ", ")

    private static let taggedHeaders = "\"ETag\": {\"$ref\": \"#/components/headers/ETag\"}, \(Self.commonHeaders)"

    private static func member(_ sources: [LinkSource]) -> String {
        if sources.isEmpty { return "" }
        let links = sources.flatMap { source in
            source.targets.map { "\"\($0)\": {\"$ref\": \"#/components/links/\(source.component(of: $0))\"}" }
        }
        return ",\n        \"links\": {\(links.joined(separator: ", "))}"
    }

    /// A schema, or null, which counts as absent.
    static func orNull(_ component: String) -> String {
        "{\"anyOf\": [{\"$ref\": \"#/components/schemas/\(component)\"}, {\"type\": \"null\"}]}"
    }

    // MARK: Components

    static let headers = #"""

        "Revision": {"description": "What this node has applied; after a DELETE the revision of its commit.", "required": true, "schema": {"$ref": "#/components/schemas/Revision"}},
        "Registry": {"description": "The registry that the answer is of, by the id that was made with its data. Where it is another one than before, what was known of revisions counts no more: they cannot be compared.", "required": true, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}},
        "Age": {"description": "Milliseconds since the store last confirmed.", "required": true, "schema": {"type": "integer", "minimum": 0}},
        "Source": {"description": "Where the answer comes from.", "required": true, "schema": {"type": "string", "enum": ["live", "cache", "file"]}},
        "Protected": {"description": "How many suspects are in the answer; there only when some are.", "schema": {"type": "integer", "minimum": 1}},
        "ETag": {"description": "The registry and the revision of what is answered; the compressed form has its own. So has what this node, until it read everything anew at the revision behind `r`, had shown otherwise by mistake.", "required": true, "schema": {"type": "string", "pattern": "^\"[0-9a-f]{8}-[0-9]+(-r[0-9]+)?(-gzip)?\"$"}, "example": "\"0123abcd-18\""},
        "RetryAfter": {"description": "Seconds after which to try again.", "required": true, "schema": {"type": "integer", "minimum": 1}}
        """#

    private static let problem =
        "\"content\": {\"application/problem+json\": {\"schema\": {\"$ref\": \"#/components/schemas/Problem\"}"

    static let responses = #"""

        "Malformed": {"description": "The request cannot be read (`malformed`), or has a parameter that is not known (`unknown_parameter`).", \#(Self.problem), "example": {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "No parameter tags is known here; did you mean tag?", "code": "unknown_parameter", "errors": [{"field": "tags", "message": "is not known here; did you mean tag?"}]}}}},
        "Unknown": {"description": "There is no such service (`unknown_service`), instance (`unknown_instance`), override (`unknown_override`), open stream (`unknown_watch`) or subscription (`unknown_subscription`), or the service is not protected (`not_protected`).", \#(Self.problem)}}},
        "Timeout": {"description": "The body did not arrive in time (`timeout`).", \#(Self.problem)}}},
        "Conflict": {"description": "It does not fit the present state (`conflict`), a later incarnation took this one's place (`stale_incarnation`), or there are as many subscriptions as there may be (`too_many_subscriptions`).", \#(Self.problem)}}},
        "PreconditionFailed": {"description": "If-Match names another revision (`precondition_failed`).", \#(Self.problem)}}},
        "TooLarge": {"description": "The body is over 4 MiB (`too_large`).", \#(Self.problem)}}},
        "UnsupportedMediaType": {"description": "The body is not JSON (`unsupported_media_type`).", \#(Self.problem)}}},
        "Invalid": {"description": "Fields break the limits (`invalid`), or a check is of a kind that is not made here (`unsupported_check`). `errors` names every one.", \#(Self.problem), "example": {"type": "about:blank", "title": "Unprocessable Content", "status": 422, "detail": "instance.port is 70000; a port is 1 to 65535.", "code": "invalid", "errors": [{"field": "instance.port", "message": "is 70000; a port is 1 to 65535"}]}}}},
        "Shed": {"description": "Too much is asked at once (`shed`).", "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}, \#(Self.problem)}}},
        "HeaderTooLarge": {"description": "The request line or a header field is over 16 KiB (`too_large`).", \#(Self.problem)}}},
        "Unavailable": {"description": "The store cannot be written or asked (`store_unavailable`, `store_full`), this node does not yet show what the reader has seen on another (`behind`), or the server is starting or stopping (`not_ready`). `detail` says whether something was changed; asking again does no harm.", "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}, "Rollcall-Registry": {"description": "As with any other answer, but not with `not_ready`. Where `behind` comes with another registry than before, what the reader has seen was of one that is gone.", "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}}, \#(Self.problem)}}}
        """#
}
