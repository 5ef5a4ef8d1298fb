import HTTPSupport
import RegistryCatalog
import RegistryCluster
import RegistryHealth
import RegistryModel

/// Every figure of the server at one moment. Names and labels are of a fixed set, whatever clients do.
struct Exposition: Sendable {
    let catalog: Catalog
    let checks: any CheckReports
    /// The other nodes; nil: there are none.
    let nodes: ClusterNode?
    let metrics: ServerMetrics
    let version: String

    func text() -> String {
        var text = MetricsText()
        self.requests(&text)
        self.connections(&text)
        self.propagation(&text)
        let counts = self.catalog.counts
        self.roll(counts, &text)
        self.commits(counts, &text)
        self.liveness(counts, &text)
        self.webhooks(&text)
        self.cluster(&text)
        text.probes(self.checks.figures)
        self.process(&text)
        return text.text
    }

    // MARK: - HTTP

    private func requests(_ text: inout MetricsText) {
        let operations = self.metrics.operations
        let answers = "rollcall_http_requests_total"
        text.family(answers, .counter, "Requests answered, by operation and class of status.")
        for operation in operations {
            for digit in 1...5 where operation.answers(ofClass: digit) > 0 {
                text.sample(
                    answers, ["operation": operation.name, "status": "\(digit)xx"], operation.answers(ofClass: digit))
            }
        }
        let duration = "rollcall_http_request_duration_seconds"
        text.family(duration, .histogram, "Time to answer a request, without waits and watches.")
        for operation in operations {
            text.histogram(
                duration, ["operation": operation.name], bounds: Histogram.bounds,
                cumulative: operation.duration.cumulative, sum: operation.duration.sum)
        }
        text.gauge(
            "rollcall_http_requests_in_flight", "Requests that are being answered.", self.metrics.requestsInFlight)
        text.counter(
            "rollcall_http_shed_total", "Requests turned away because too much was asked at once.", self.metrics.shed)
        text.counter(
            "rollcall_access_log_dropped_total", "Lines of the access log dropped because its buffer was full.",
            self.metrics.accessLogDrops)
    }

    private func connections(_ text: inout MetricsText) {
        text.gauge("rollcall_http_connections", "Connections that are open.", self.metrics.connections)
        text.gauge("rollcall_watches", "Streams of events that are open.", self.metrics.openWatches)
        text.gauge("rollcall_blocking_readers", "Requests that wait for a change.", self.metrics.blockingReaders)
    }

    private func propagation(_ text: inout MetricsText) {
        let lag = "rollcall_propagation_seconds"
        text.family(lag, .histogram, "Time from a commit to its being written to a subscriber, by kind.")
        for (subscriber, histogram) in self.metrics.propagation.all {
            text.histogram(
                lag, ["subscriber": subscriber], bounds: Histogram.bounds, cumulative: histogram.cumulative,
                sum: histogram.sum)
        }
        let canary = "rollcall_canary_seconds"
        text.family(canary, .histogram, "Time that each step of the canary took; expired counts from its deadline.")
        for (step, histogram) in self.metrics.canary.all {
            text.histogram(
                canary, ["step": step], bounds: Histogram.bounds, cumulative: histogram.cumulative, sum: histogram.sum)
        }
        text.counter(
            "rollcall_canary_failures_total", "Rounds of the canary that failed or were late.",
            self.metrics.canary.failures)
    }

    // MARK: - The catalogue

    private func roll(_ counts: CatalogCounts, _ text: inout MetricsText) {
        text.gauge("rollcall_services", "Services on the roll.", counts.services)
        text.family("rollcall_instances", .gauge, "Instances on the roll, by health.")
        for (health, count) in [("up", counts.up), ("down", counts.down), ("unknown", counts.unknown)] {
            text.sample("rollcall_instances", ["health": health], Int64(count))
        }
        text.gauge("rollcall_instances_available", "Instances that discovery returns.", counts.available)
        text.gauge("rollcall_overrides", "Operators' decisions that hold.", counts.overrides)
        text.gauge("rollcall_suspect_instances", "Instances that are DOWN and may be well.", counts.suspect)
        text.gauge(
            "rollcall_protected_services", "Services of which too much went DOWN at once.", counts.protectedServices)
        text.gauge(
            "rollcall_wide_protection", "Whether most of everything went DOWN at once.",
            counts.isWidelyProtected ? 1 : 0)
        text.counter(
            "rollcall_protections_total", "Times that a service came under protection.", counts.protections)
        text.gauge("rollcall_revision", "The newest commit applied.", Int(self.catalog.appliedRevision.rawValue))
        text.gauge("rollcall_ready", "Whether the catalogue is loaded.", self.catalog.isLoaded ? 1 : 0)
        text.gauge(
            "rollcall_store_writable", "Whether the store can be written.", self.catalog.storeError == nil ? 1 : 0)
        text.family("rollcall_store_age_seconds", .gauge, "Time since the store last confirmed.")
        text.sample("rollcall_store_age_seconds", seconds: Double(self.catalog.storeAge.milliseconds) / 1_000)
        text.gauge("rollcall_encoded_bytes", "What snapshots keep encoded.", counts.encodedBytes)
        text.gauge("rollcall_change_log_entries", "Changes kept for watchers to catch up with.", counts.deltaLogEntries)
        text.gauge("rollcall_waiters", "Watches and blocking readers that the catalogue knows.", counts.waiters)
    }

    private func commits(_ counts: CatalogCounts, _ text: inout MetricsText) {
        text.counter("rollcall_commits_total", "Commits since the start.", counts.commits)
        text.counter("rollcall_committed_writes_total", "Writes in these commits.", counts.committedWrites)
        text.counter(
            "rollcall_commit_conflicts_total", "Writes that met a conflict and were decided again.", counts.conflicts)
        text.counter(
            "rollcall_unavailable_writes_total", "Writes that the store could not do.", counts.unavailableWrites)
        text.gauge("rollcall_queued_commands", "Commands that wait for a commit.", counts.queuedCommands)
        let latency = counts.commitLatency
        var sum = 0
        let cumulative = latency.buckets.map { bucket in
            sum += bucket
            return Int64(sum)
        }
        text.family("rollcall_commit_duration_seconds", .histogram, "Time that the store took for a commit.")
        text.histogram(
            "rollcall_commit_duration_seconds", [:], bounds: LatencyHistogram.bounds,
            cumulative: cumulative + [Int64(latency.count)], sum: latency.totalMicroseconds)
    }

    private func liveness(_ counts: CatalogCounts, _ text: inout MetricsText) {
        text.family(
            "rollcall_changes_total", .counter,
            "Committed changes by cause; expire counts the instances that fell silent.")
        for change in counts.changes {
            text.sample("rollcall_changes_total", ["cause": change.cause], Int64(change.count))
        }
        text.counter(
            "rollcall_standstills_total",
            "Times that liveness stood still, so that nothing expired by the server's own fault.",
            counts.standstills)
        text.family("rollcall_standstill_seconds_total", .counter, "How long these took together.")
        text.sample("rollcall_standstill_seconds_total", seconds: Double(counts.standstillMilliseconds) / 1_000)
    }

    // MARK: - The process

    private func process(_ text: inout MetricsText) {
        text.family("rollcall_build_info", .gauge, "Always 1; the label says which version runs.")
        text.sample("rollcall_build_info", ["version": self.version], 1)
        let figures = ProcessFigures.now()
        text.family("process_cpu_seconds_total", .counter, "Processor time used.")
        text.sample("process_cpu_seconds_total", [:], seconds: figures.cpuSeconds)
        if let bytes = figures.residentBytes {
            text.gauge("process_resident_memory_bytes", "Memory that is resident.", bytes)
        }
        if let count = figures.openFiles { text.gauge("process_open_fds", "Open file descriptors.", count) }
        text.gauge("process_max_fds", "How many there may be.", figures.openFilesLimit)
    }
}
