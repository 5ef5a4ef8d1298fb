/// Where a link takes the names from that it hands on to the operations one may do next.
struct LinkSource: Sendable {
    /// Begins the names of the components that are made of it.
    let name: String
    /// Runtime expressions of OpenAPI.
    var service = ""
    /// Nil when it names no instance.
    var instance: String?
    var namespace = ""
    /// Nil when it names no subscription; else it names nothing besides.
    var subscription: String?
    /// Whether the answer itself has all the names.
    var isComplete: Bool {
        [self.service, self.namespace, self.instance].allSatisfy { $0?.hasPrefix("$response") == true }
    }

    /// What was registered or updated, as the answer has it.
    static let written = LinkSource(
        name: "written", service: "$response.body#/service/name", instance: "$response.body#/instance/id",
        namespace: "$response.body#/service/namespace")
    /// The first service of a page or of a discovery.
    static let listed = LinkSource(
        name: "listed", service: "$response.body#/services/0/name", namespace: "$response.body#/services/0/namespace")
    /// The first instance that was discovered.
    static let discovered = LinkSource(
        name: "discovered", service: "$response.body#/services/0/name",
        instance: "$response.body#/services/0/instances/0/id", namespace: "$response.body#/services/0/namespace")
    /// The first instance of a page, of the service that the path names.
    static let paged = LinkSource(
        name: "paged", service: "$request.path.service", instance: "$response.body#/instances/0/id",
        namespace: "$request.query.namespace")
    /// The instance that was selected.
    static let selected = LinkSource(
        name: "selected", service: "$request.path.service", instance: "$response.body#/instance/id",
        namespace: "$request.query.namespace")
    /// The service of the first record of the history.
    static let recorded = LinkSource(
        name: "recorded", service: "$response.body#/records/0/service", namespace: "$response.body#/records/0/namespace"
    )
    /// The service of the first override of a page.
    static let decided = LinkSource(
        name: "decided", service: "$response.body#/overrides/0/service",
        namespace: "$response.body#/overrides/0/namespace")
    /// The instance that the path names, which after DELETE is gone.
    static let requested = LinkSource(
        name: "requested", service: "$request.path.service", instance: "$request.path.instance",
        namespace: "$request.query.namespace")
    /// The service that the path names, which after DELETE is gone.
    static let requestedService = LinkSource(
        name: "requested_service", service: "$request.path.service", namespace: "$request.query.namespace")

    /// The subscription that was made.
    static let subscribed = LinkSource(name: "subscribed", subscription: "$response.body#/id")
    /// The first subscription of a page.
    static let subscriptions = LinkSource(name: "subscriptions", subscription: "$response.body#/subscriptions/0/id")
    /// The subscription that the path names, which after DELETE is gone.
    static let requestedSubscription = LinkSource(name: "requested_subscription", subscription: "$request.path.id")

    static let all: [LinkSource] = [
        .written, .listed, .discovered, .paged, .selected, .recorded, .decided, .requested, .requestedService,
        .subscribed, .subscriptions, .requestedSubscription,
    ]

    private static let onInstances = [
        "get_instance", "update", "deregister", "report_health", "get_instance_health", "override_instance",
        "lift_instance_override", "drain", "undrain",
    ]
    private static let onServices = [
        "discover", "explain", "list_instances", "select", "get_service_health", "update_service", "delete_service",
        "override_service", "lift_service_override", "get_protection", "list_subscribers",
    ]
    private static let onSubscriptions = ["get_subscription", "revive_subscription", "unsubscribe"]
    private static let withBodies = ["heartbeats", "deregister_batch"]

    /// The operations that one may go on with.
    var targets: [String] {
        if self.subscription != nil { return Self.onSubscriptions }
        if self.instance == nil { return Self.onServices }
        return Self.onInstances + (self.isComplete ? Self.withBodies + ["discover", "history"] : [])
    }

    func component(of target: String) -> String { "\(self.name).\(target)" }

    /// The link to an operation, an entry of the components.
    func link(to target: String) -> String {
        var names = [("service", self.service)]
        if let instance, !Self.onServices.contains(target) { names.append(("instance", instance)) }
        names.append(("namespace", self.namespace))
        if let subscription { names = [("id", subscription)] }
        let members = names.map { "\"\($0.0)\": \"\($0.1)\"" }.joined(separator: ", ")
        let values =
            Self.withBodies.contains(target)
            ? "\"requestBody\": {\"instances\": [{\(members)}]}" : "\"parameters\": {\(members)}"
        return "\"\(self.component(of: target))\": {\"operationId\": \"\(target)\", \(values)}"
    }
}

extension OpenAPIDocument {
    static let links =
        "\n"
        + LinkSource.all.flatMap { source in source.targets.map { source.link(to: $0) } }.joined(separator: ",\n")
}
