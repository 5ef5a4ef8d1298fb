import RegistryJSON

/// The documents that are made from the keys, so that they cannot differ from them. `make reference` writes them.
public enum ConfigurationReference {
    /// `config.example.yaml`: every key with its default, what it sets and what it may be.
    public static var example: String {
        var text = """
            # Rollcall's settings: every key with its default.
            # rollcall serve --config FILE reads such a file; leave out what is not to change.
            # This file is made from the keys in Sources/RollcallServer/Configuration: see make reference.

            """
        var sections: [String] = []
        for key in ConfigurationKey.all {
            let path = Array(key.components.dropLast())
            if path != sections {
                let common = zip(path, sections).prefix { $0 == $1 }.count
                if common == 0 { text += "\n" }
                for depth in common..<path.count { text += "\(Self.indent(depth))\(path[depth]):\n" }
                sections = path
            }
            let indent = Self.indent(path.count)
            for line in Self.notes(on: key) { text += "\(indent)# \(line)\n" }
            text += "\(indent)\(key.components.last ?? ""): \(Self.literal(of: key))\n"
        }
        return text
    }

    /// `docs/configuration.md`: the same as a table for each section.
    public static var page: String {
        var text = """
            # Configuration

            `rollcall serve --config FILE` reads one YAML file. Every key is also an environment variable and a flag:
            `server.body_limit` is `ROLLCALL_SERVER_BODY_LIMIT` and `--server-body-limit`. A flag outweighs the environment, that
            the file, and that the default. Lists are given as `a,b`. A name that is not known is an error that tells the nearest
            one; so is a value of the wrong type, and a setting that asks for what this version cannot do.

            `rollcall config show` prints every value and where it came from, secrets as `***`; `rollcall config check` checks
            all of it without starting. Give secrets in the file or the environment: other users of the machine can see flags.

            Only a loopback address may be listened on without authentication; `--insecure` allows any.

            This page and `config.example.yaml` are made from the keys: `make reference` writes them, a test compares them.

            """
        for (section, keys) in Self.sections {
            text += "\n## \(section)\n\n| key | default | it must be | what it sets |\n|---|---|---|---|\n"
            for key in keys {
                text +=
                    "| `\(key.name)` | `\(Self.literal(of: key))` | \(key.expectation) | \(Self.remarks(on: key)) |\n"
            }
        }
        return text
    }

    private static var sections: [(name: String, keys: [ConfigurationKey])] {
        var sections: [(name: String, keys: [ConfigurationKey])] = []
        for key in ConfigurationKey.all {
            let name = key.components[0]
            if sections.last?.name != name { sections.append((name, [])) }
            sections[sections.count - 1].keys.append(key)
        }
        return sections
    }

    private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

    /// The default as YAML, which is JSON here.
    private static func literal(of key: ConfigurationKey) -> String {
        var writer = JSONWriter(capacity: 64)
        writer.setting(key.defaultText, form: key.form)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func notes(on key: ConfigurationKey) -> [String] {
        var lines = [key.summary, "It must be \(key.expectation)."]
        if let limitation = Self.limitation(of: key) { lines.append(limitation) }
        return lines
    }

    private static func remarks(on key: ConfigurationKey) -> String {
        ([key.summary] + (key.isSecret ? ["Secret."] : []) + (Self.limitation(of: key).map { [$0] } ?? []))
            .joined(separator: " ")
    }

    private static func limitation(of key: ConfigurationKey) -> String? {
        switch key.support {
        case .full: nil
        case .defaultOnly(let reason): "This version \(reason): only the default is accepted."
        case .only(_, let reason): "This version \(reason)."
        }
    }
}
