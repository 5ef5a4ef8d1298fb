import EtcdBackend

extension ServerConfiguration {
    /// What is not safe, though it may be meant, and what is not done though it is asked for: a sentence each, for the log of the start.
    var warnings: [String] {
        [self.warningOfRedis, self.warningOfEtcd, self.warningOfHistory].compactMap(\.self)
    }

    /// The default is not asked for.
    private var warningOfHistory: String? {
        let (asked, most) = (self.history.maxRecords, EtcdStore.Configuration.historyRecords)
        guard self.registry.type == .etcd, asked > most, asked != History().maxRecords else { return nil }
        return "history.max_records is \(asked), but with registry.type etcd no more than \(most) records are kept; "
            + "give that or less."
    }

    private var warningOfRedis: String? {
        let redis = self.redis
        guard !redis.host.isEmpty, !redis.password.isEmpty, !redis.usesTLS, !BindPolicy.isLoopback(redis.host) else {
            return nil
        }
        return "Redis' password goes to \(redis.host) without encryption, and so does all that is kept there; "
            + "set redis.tls to true, or reach Redis on loopback."
    }

    private var warningOfEtcd: String? {
        guard self.registry.type == .etcd, !self.etcd.password.isEmpty else { return nil }
        let open = self.etcd.endpoints.compactMap { EtcdEndpoint($0) }.filter {
            !($0.usesTLS ?? self.etcd.namesCertificates) && !BindPolicy.isLoopback($0.host)
        }
        guard !open.isEmpty else { return nil }
        return
            "Etcd's password goes to \(open.map(\.description).joined(separator: ", ")) without encryption, and so does "
            + "all that the registry holds; write etcd.endpoints as https://…, or reach etcd on loopback."
    }
}
