import RegistryModel

/// A configuration that was read and checked, and where each of its values came from.
public struct LoadedConfiguration: Sendable {
    public internal(set) var configuration = ServerConfiguration()
    /// The file that was read, nil when none was named.
    public internal(set) var file: String?
    /// Whether `--insecure` was given: addresses but loopback may be listened on without authentication.
    public internal(set) var allowsInsecure = false

    var origins: [String: SettingOrigin] = [:]

    /// Where the value of `key` came from.
    public func origin(of key: ConfigurationKey) -> SettingOrigin {
        self.origins[key.name] ?? .byDefault
    }
}

extension ServerConfiguration {
    /// Reads the configuration: flags first, then the environment, the file that `--config` names, and the defaults.
    ///
    /// - Parameters:
    ///   - arguments: What follows `serve` on the command line.
    ///   - environment: All variables of the process; those without `ROLLCALL_` are passed over.
    /// - Throws: One error with every fault: unknown names, wrong types, values out of range or at odds with each other.
    ///   What this version cannot do, and what the machine does not allow, is left to ``LoadedConfiguration/checked(within:)``.
    public static func load(
        arguments: [String], environment: [String: String]
    ) throws(ConfigurationError) -> LoadedConfiguration {
        let flags = CommandLineFlags(arguments)
        let variables = EnvironmentSettings(environment)
        var faults = flags.faults + variables.faults
        var sources = [SettingSource(flags), SettingSource(variables)]
        if let path = flags.file {
            do {
                let file = try ConfigurationFile(path: path)
                faults += file.faults
                SettingSource(file).map { sources.append($0) }
            } catch {
                faults += error.faults
            }
        }
        var loaded = LoadedConfiguration()
        loaded.file = flags.file
        loaded.allowsInsecure = flags.allowsInsecure
        for key in ConfigurationKey.all {
            do {
                try loaded.assign(key, from: sources)
            } catch {
                faults += error.faults
            }
        }
        faults += loaded.configuration.contradictions
        guard faults.isEmpty else { throw ConfigurationError(faults: faults) }
        return loaded
    }

    /// Settings of which each is sound, but not together.
    private var contradictions: [FieldError] {
        var faults: [FieldError] = []
        if self.health.timeout > self.health.interval {
            faults.append(
                FieldError(
                    field: "health.timeout",
                    message: "is \(self.health.timeout); it is at most health.interval, \(self.health.interval)."))
        }
        if self.database.maxIdleConnections > self.database.maxOpenConnections {
            faults.append(
                FieldError(
                    field: "database.max_idle_conns",
                    message: "is \(self.database.maxIdleConnections); it is at most database.max_open_conns, "
                        + "\(self.database.maxOpenConnections)."))
        }
        if self.server.port != 0, self.server.port == self.monitoring.metricsPort {
            faults.append(
                FieldError(
                    field: "monitoring.metrics_port",
                    message: "is \(self.server.port), as server.port is; the metrics need a port of their own."))
        }
        return faults
    }
}

extension LoadedConfiguration {
    /// Takes the value of `key` from the first source that has one.
    fileprivate mutating func assign(_ key: ConfigurationKey, from sources: [SettingSource]) throws(ConfigurationError)
    {
        for source in sources {
            guard let text = try source.text(of: key) else { continue }
            guard key.assign(text, &self.configuration) else {
                let value = key.isSecret ? "not such a text" : "\"\(FieldCheck.excerpt(text.text))\""
                throw ConfigurationError(
                    key.name,
                    "is \(value)\(Self.place(of: key, in: source.origin)); it must be \(key.expectation).")
            }
            self.origins[key.name] = source.origin
            return
        }
    }

    private static func place(of key: ConfigurationKey, in origin: SettingOrigin) -> String {
        switch origin {
        case .flag: " (\(key.flag))"
        case .environment: " (\(key.variable))"
        case .file: " (in the file)"
        case .byDefault: ""
        }
    }
}
