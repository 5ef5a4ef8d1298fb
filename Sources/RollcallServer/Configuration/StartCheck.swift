import RegistryModel

extension LoadedConfiguration {
    /// Holds the configuration against what this version and this machine can do.
    ///
    /// - Parameter openFiles: The limit of open files of this process.
    /// - Returns: The configuration to start with: `server.max_connections`, when nobody set it, fits the limit.
    /// - Throws: One error with every setting that would otherwise be silently ignored, or that is not safe.
    public func checked(within openFiles: OpenFileLimit) throws(ConfigurationError) -> ServerConfiguration {
        var configuration = self.configuration
        var faults = self.refusals
        faults += BindPolicy.faults(in: configuration, allowsInsecure: self.allowsInsecure)
        let wanted = configuration.server.maxConnections
        if self.origins["server.max_connections"] != nil, wanted > openFiles.connections {
            faults.append(
                FieldError(
                    field: "server.max_connections",
                    message: "is \(wanted), but the limit of \(openFiles.count) open files allows "
                        + "\(openFiles.connections); lower it, or raise the limit (ulimit -n)."))
        }
        if openFiles.connections < OpenFileLimit.fewestConnections {
            faults.append(
                FieldError(
                    field: "The limit of open files",
                    message: "is \(openFiles.count); the server needs at least "
                        + "\(OpenFileLimit.reserved + OpenFileLimit.fewestConnections) (ulimit -n)."))
        }
        guard faults.isEmpty else { throw ConfigurationError(faults: faults) }
        configuration.server.maxConnections = min(wanted, openFiles.connections)
        return configuration
    }

    /// Settings that ask for what this version cannot do.
    private var refusals: [FieldError] {
        ConfigurationKey.all.compactMap { key in
            let text = key.text(self.configuration)
            guard let reason = key.support.refusal(of: text, default: key.defaultText) else { return nil }
            let value = key.isSecret ? "set" : "\"\(FieldCheck.excerpt(text.text))\""
            return FieldError(
                field: key.name,
                message: "is \(value), but this version \(reason); leave it out"
                    + "\(key.isSecret || key.defaultText.text.isEmpty ? "." : ", or give \(key.defaultText.text).")")
        }
    }
}
