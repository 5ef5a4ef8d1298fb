import RegistryHealth

extension MetricsText {
    /// The registry's own checks.
    mutating func probes(_ figures: ProbeFigures) {
        self.gauge("rollcall_probed_instances", "Instances that the registry checks by itself.", figures.instances)
        self.gauge("rollcall_probes_running", "Probes that are under way.", figures.running)
        let done = "rollcall_probes_total"
        self.family(done, .counter, "Probes that came to an end; those that are void say nothing of their target.")
        let passed = figures.done - figures.failed - figures.void
        for (result, count) in [("passed", passed), ("failed", figures.failed), ("void", figures.void)] {
            self.sample(done, ["result": result], Int64(count))
        }
        self.counter(
            "rollcall_probes_skipped_total", "Turns left out because the last probe was still running.",
            figures.skipped)
        self.family(
            "rollcall_probe_latest_start_seconds", .gauge,
            "The most that a probe began after it was due, since the start.")
        self.sample(
            "rollcall_probe_latest_start_seconds", seconds: Double(figures.latestStart) / 1_000)
    }
}
