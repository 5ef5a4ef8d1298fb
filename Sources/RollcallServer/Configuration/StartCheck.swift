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
        faults += self.clusterFaults
        faults += BindPolicy.faults(in: configuration, allowsInsecure: self.allowsInsecure)
        if !configuration.redis.usesTLS, !configuration.redis.caFile.isEmpty {
            faults.append(
                FieldError(field: "redis.ca_file", message: "is set, but redis.tls is false; set that to true, too."))
        }
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
        let shared =
            openFiles.connections - self.configuration.webhooks.concurrency - self.configuration.redisConnections
        let left = isServerSet ? shared - self.configuration.server.maxConnections : shared / 4
        return min(wanted, max(OpenFileLimit.fewestProbeConnections, left))
    }

    /// A cluster needs etcd, and whoever names etcd wants a cluster.
    private var clusterFaults: [FieldError] {
        let endpoints = self.configuration.etcd.endpoints
        switch self.configuration.registry.type {
        case .etcd where endpoints.isEmpty:
            return [FieldError(field: "etcd.endpoints", message: "is empty; registry.type etcd needs at least one.")]
        case .embedded where !endpoints.isEmpty:
            return [
                FieldError(
                    field: "etcd.endpoints",
                    message: "is \"\(endpoints.joined(separator: ","))\", but registry.type is embedded; "
                        + "give registry.type etcd, or leave the endpoints out.")
            ]
        case .etcd, .embedded: return []
        }
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
    fileprivate var ownConnections: Int {
        self.health.maxConnections + self.webhooks.concurrency + self.redisConnections
    }

    fileprivate var redisConnections: Int { self.redis.host.isEmpty ? 0 : self.redis.poolSize }

    fileprivate var ownConnectionsInWords: String {
        let redis = self.redis.host.isEmpty ? "" : ", \(self.redisConnections) to Redis (redis.pool_size)"
        return "\(self.health.maxConnections) connections of checks (health.max_connections)\(redis) and "
            + "\(self.webhooks.concurrency) of callbacks (webhooks.concurrency)"
    }
}
