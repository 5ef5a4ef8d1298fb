import RegistryModel

/// The variables of the environment that are settings of ours.
struct EnvironmentSettings: Sendable {
    static let prefix = "ROLLCALL_"
    /// What the command line's clients read.
    static let clientVariables: Set<String> = ["ROLLCALL_ADDRESS", "ROLLCALL_TOKEN"]

    private(set) var settings: [String: String] = [:]
    private(set) var faults: [FieldError] = []

    init(_ environment: [String: String]) {
        let known = Set(ConfigurationKey.all.map(\.variable))
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(Self.prefix) {
            if Self.clientVariables.contains(name) || Self.isServiceLink(name, value) { continue }
            if known.contains(name) {
                self.settings[name] = value
            } else {
                let nearest = NearestName.of(name, among: known.sorted()).map { "; the nearest is \($0)" } ?? ""
                self.faults.append(
                    FieldError(field: FieldCheck.excerpt(name), message: "is not a variable of the server\(nearest)."))
            }
        }
    }

    /// Whether Kubernetes made the variable: for a Service named `rollcall` or `rollcall-server` every container finds
    /// `ROLLCALL_SERVICE_HOST`, `ROLLCALL_SERVER_PORT=tcp://10.0.0.1:8080` and the like in its environment.
    /// See https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables.
    private static func isServiceLink(_ name: String, _ value: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.hasSuffix("_SERVICE_PORT") || name.contains("_SERVICE_PORT_") {
            return true
        }
        let isLink = ["tcp://", "udp://", "sctp://"].contains(where: value.hasPrefix)
        if isLink, name.hasSuffix("_PORT") { return true }
        return name.contains("_PORT_") && ["_TCP", "_UDP", "_SCTP"].contains(where: name.contains)
    }
}
