extension ServerConfiguration {
    /// What is not safe, though it may be meant: a sentence each, for the log of the start.
    var warnings: [String] {
        let redis = self.redis
        guard !redis.host.isEmpty, !redis.password.isEmpty, !redis.usesTLS, !BindPolicy.isLoopback(redis.host) else {
            return []
        }
        return [
            "Redis' password goes to \(redis.host) without encryption, and so does all that is kept there; "
                + "set redis.tls to true, or reach Redis on loopback."
        ]
    }
}
