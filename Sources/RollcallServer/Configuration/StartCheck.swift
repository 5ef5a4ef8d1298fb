import RegistryModel

extension LoadedConfiguration {
    /// Holds the configuration against what this version and this machine can do.
    ///
    /// - Parameter openFiles: The limit of open files of this process.
    /// - Returns: The configuration to start with: `server.max_connections` and `health.max_connections`, when nobody set them, fit
    ///   the limit together.
    /// - Throws: One error with every setting that would otherwise be silently ignored, or that is not safe.
    public func checked(within openFiles: OpenFileLimit) throws(ConfigurationError) -> ServerConfiguration {
        var configuration = self.configuration
        configuration.health.maxConnections = self.probeConnections(within: openFiles)
        let connections = max(0, openFiles.connections - configuration.ownConnections)
        var faults = self.refusals
        faults += BindPolicy.faults(in: configuration, allowsInsecure: self.allowsInsecure)
        faults += configuration.faultsOfSharing
        let wanted = configuration.server.maxConnections
        if self.origins["server.max_connections"] != nil, wanted > connections {
            faults.append(
                FieldError(
                    field: "server.max_connections",
                    message:
                        "is \(wanted), but the limit of \(openFiles.count) open files allows \(connections) beside "
                        + "\(configuration.ownConnectionsInWords); lower one, or raise the limit (ulimit -n)."))
        }
        if connections < OpenFileLimit.fewestConnections {
            faults.append(
                FieldError(
                    field: "The limit of open files",
                    message: "is \(openFiles.count); beside \(configuration.ownConnectionsInWords) the server needs at "
                        + "least \(OpenFileLimit.fewest(beside: configuration.ownConnections)) (ulimit -n)."))
        }
        guard faults.isEmpty else { throw ConfigurationError(faults: faults) }
        configuration.server.maxConnections = min(wanted, connections)
        return configuration
    }

    /// What checks get when nobody said: no more than the API leaves or, if nobody said that either, a quarter of what there is.
    private func probeConnections(within openFiles: OpenFileLimit) -> Int {
        let wanted = self.configuration.health.maxConnections
        guard self.origins["health.max_connections"] == nil else { return wanted }
        let isServerSet = self.origins["server.max_connections"] != nil
        let shared = openFiles.connections - self.configuration.webhooks.concurrency
        let left = isServerSet ? shared - self.configuration.server.maxConnections : shared / 4
        return min(wanted, max(OpenFileLimit.fewestProbeConnections, left))
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

extension ServerConfiguration {
    /// What holds only where nodes tell each other of heartbeats.
    var faultsOfSharing: [FieldError] {
        let shortest = Limits.sharedTimeToLive.lowerBound
        guard self.registry.type == .etcd, self.registry.ttl < shortest else { return [] }
        return [
            FieldError(
                field: "registry.ttl",
                message: "is \(self.registry.ttl); with registry.type: etcd it is \(shortest) or more.")
        ]
    }

    /// The connections that the server itself may make at once.
    fileprivate var ownConnections: Int { self.health.maxConnections + self.webhooks.concurrency }

    fileprivate var ownConnectionsInWords: String {
        "\(self.health.maxConnections) connections of checks (health.max_connections) and "
            + "\(self.webhooks.concurrency) of callbacks (webhooks.concurrency)"
    }
}
