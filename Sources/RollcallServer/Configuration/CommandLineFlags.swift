import RegistryModel

/// The arguments of `serve`, told apart: `--server-port 8081`, `--server-port=8081`, `--config FILE`, `--insecure`.
struct CommandLineFlags: Sendable {
    static let configFlag = "--config"
    static let insecureFlag = "--insecure"

    private(set) var file: String?
    private(set) var allowsInsecure = false
    /// The settings as `--name=value`, nothing else among them.
    private(set) var settings: [String] = []
    private(set) var faults: [FieldError] = []

    private var seen: Set<String> = []

    init(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--"), argument.count > 2 else {
                self.fail(
                    "\"\(FieldCheck.excerpt(argument))\"", "is no flag; a setting is given like --server-port 8081.")
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            self.take(flag: parts[0], value: parts.count == 2 ? parts[1] : nil, rest: &rest)
        }
    }

    private mutating func take(flag: String, value: String?, rest: inout ArraySlice<String>) {
        if flag == Self.insecureFlag {
            if value != nil { self.fail(flag, "takes no value.") }
            self.allowsInsecure = true
            return
        }
        // A value that is given apart is taken along, whether the flag is known or not.
        let value = value ?? (rest.first.map { $0.hasPrefix("--") } == false ? rest.popFirst() : nil)
        let key = ConfigurationKey.all.first { $0.flag == flag }
        guard key != nil || flag == Self.configFlag else {
            return self.fail(FieldCheck.excerpt(flag), "is not a flag\(Self.suggestion(for: flag)).")
        }
        guard let value else { return self.fail(flag, "has no value; give one like \(flag)=VALUE.") }
        guard self.seen.insert(flag).inserted || key?.form == .list else {
            return self.fail(flag, "is given twice; give it once.")
        }
        if flag == Self.configFlag {
            self.file = value
        } else {
            self.settings.append("\(flag)=\(value)")
        }
    }

    private static func suggestion(for flag: String) -> String {
        let known = ConfigurationKey.all.map(\.flag) + [Self.configFlag, Self.insecureFlag]
        return NearestName.of(flag, among: known).map { "; the nearest is \($0)" } ?? ""
    }

    private mutating func fail(_ flag: String, _ message: String) {
        self.faults.append(FieldError(field: flag, message: message))
    }
}
