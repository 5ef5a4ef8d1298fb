import RegistryCatalog
import RegistryCluster

/// The other nodes, and the store that they share. Names of nodes and endpoints are as many as there are of them.
extension Exposition {
    func cluster(_ text: inout MetricsText) {
        text.family("rollcall_source", .gauge, "Where answers come from: 1 for the one that holds.")
        let source = self.catalog.source
        for known in CatalogSource.allCases {
            text.sample("rollcall_source", ["source": known.description], known == source ? 1 : 0)
        }
        guard let sample = self.nodes?.sample else { return }
        self.members(sample, &text)
        self.digests(sample.figures, &text)
        text.gauge(
            "rollcall_store_obstacle", "Whether the store holds another history, so that nothing may be written.",
            sample.obstacle == nil ? 0 : 1)
        if let report = sample.store { self.store(report, &text) }
    }

    private func members(_ sample: ClusterSample, _ text: inout MetricsText) {
        text.gauge("rollcall_cluster_members", "Nodes that take part.", sample.members)
        text.gauge(
            "rollcall_cluster_cut_off", "Whether this node cannot judge who is silent.", sample.isCutOff ? 1 : 0)
        text.family(
            "rollcall_cluster_lag_revisions", .gauge,
            "How many revisions each node was behind this one at its newest digest.")
        for (node, lag) in sample.lags.sorted(by: { $0.key < $1.key }) {
            text.sample("rollcall_cluster_lag_revisions", ["node": node], lag)
        }
    }

    private func digests(_ figures: ClusterFigures, _ text: inout MetricsText) {
        let digests = "rollcall_cluster_digests_total"
        text.family(digests, .counter, "Digests that this node wrote, and those of others that it took.")
        text.sample(digests, ["direction": "written"], Int64(figures.digestsWritten))
        text.sample(digests, ["direction": "taken"], Int64(figures.digestsTaken))
        let beats = "rollcall_cluster_beats_total"
        text.family(beats, .counter, "Beats in these digests.")
        text.sample(beats, ["node": "own"], Int64(figures.ownBeats))
        text.sample(beats, ["node": "others"], Int64(figures.othersBeats))
        text.counter(
            "rollcall_cluster_hash_mismatches_total", "Times that another node had another state at the same revision.",
            figures.hashMismatches)
    }

    /// As it was when it was asked last, which is at most every 10 s.
    private func store(_ report: StoreReport, _ text: inout MetricsText) {
        text.gauge("rollcall_store_full", "Whether the store's quota is used up.", report.isFull ? 1 : 0)
        if report.quota > 0 {
            text.gauge(
                "rollcall_store_quota_bytes", "What each endpoint of the store may take on disk (etcd.quota).",
                Int(report.quota))
        }
        text.family("rollcall_store_endpoint_up", .gauge, "Whether an endpoint of the store answers.")
        for endpoint in report.endpoints {
            text.sample("rollcall_store_endpoint_up", ["endpoint": endpoint.address], endpoint.version == nil ? 0 : 1)
        }
        let answering = report.endpoints.filter { $0.version != nil }
        text.family("rollcall_store_bytes", .gauge, "What the store takes on disk, by endpoint.")
        for endpoint in answering {
            text.sample("rollcall_store_bytes", ["endpoint": endpoint.address], endpoint.bytes)
        }
        text.family("rollcall_store_used_bytes", .gauge, "How much of that is in use.")
        for endpoint in answering {
            text.sample("rollcall_store_used_bytes", ["endpoint": endpoint.address], endpoint.usedBytes)
        }
    }
}
