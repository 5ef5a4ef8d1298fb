import HealthProbes

extension HealthProber {
    /// The prober that the configuration asks for.
    ///
    /// Throws ``ConfigurationError`` when the file of authorities cannot be read.
    convenience init(reading configuration: ServerConfiguration) throws(ConfigurationError) {
        var prober = HealthProber.Configuration(policy: configuration.outboundPolicy)
        prober.maxConnections = configuration.health.maxConnections
        prober.tlsCAFile = configuration.health.tlsCAFile
        do {
            try self.init(prober)
        } catch {
            throw ConfigurationError(
                "health.tls_ca_file",
                "is \"\(configuration.health.tlsCAFile)\", which cannot be taken for a PEM file of authorities: \(error)"
            )
        }
    }
}
