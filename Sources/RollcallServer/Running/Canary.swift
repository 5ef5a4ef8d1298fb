import HTTPSupport
import Logging
import RegistryCatalog
import RegistryModel
import ServiceLifecycle

/// The registry tried from end to end, by itself: an instance of its own comes, is seen, falls silent, is found out, and goes.
///
/// It is called `canary`, in a cluster `canary.` and the name of the node, and is in a namespace of its own, so that nobody else's lists
/// change. It is alone in its service, so that is protected only when everything is; and should the server die in the middle, the instance
/// is removed seconds after the next start.
struct Canary: ServiceLifecycle.Service {
    /// Each node has its own: they come and go without regard to each other. In a cluster any of them may be the one to find it out.
    let instance: InstanceKey
    let timeToLive: TimeSpan
    let catalog: Catalog
    let clock: any RegistryClock
    let interval: TimeSpan
    let metrics: CanaryMetrics
    let logger: Logger
    let bounds: CanaryRound.Bounds

    /// - Parameter node: how this node is called among others; nil: there are none.
    init(
        catalog: Catalog, node: String? = nil, clock: any RegistryClock, interval: TimeSpan, metrics: CanaryMetrics,
        logger: Logger, bounds: CanaryRound.Bounds = CanaryRound.Bounds()
    ) {
        let name = node.map { "canary.\($0)" } ?? "canary"
        self.instance = InstanceKey(service: ServiceKey(namespace: "rollcall", name: name), id: name)
        self.timeToLive = node == nil ? Limits.timeToLive.lowerBound : Limits.sharedTimeToLive.lowerBound
        self.catalog = catalog
        self.clock = clock
        self.interval = interval
        self.metrics = metrics
        self.logger = logger
        self.bounds = bounds
    }

    /// The first round comes after one interval.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while await self.sleep() { await self.round() }
        }
    }

    private func sleep() async -> Bool {
        do {
            try await self.clock.sleep(for: self.interval)
            return true
        } catch {
            return false
        }
    }

    /// One round; whatever goes wrong is counted and logged.
    func round() async {
        var round = CanaryRound(
            self.instance, timeToLive: self.timeToLive, catalog: self.catalog, clock: self.clock, bounds: self.bounds)
        let fault = await round.run()
        for (step, microseconds) in round.measured { self.histogram(of: step).record(microseconds: microseconds) }
        // A server that stops in the middle of a round is no fault.
        guard let fault, !Task.isCancelled else { return }
        self.metrics.failures.increment()
        self.logger.warning(
            "The canary found a fault: a step of the registry failed or took too long.",
            metadata: ["step": "\(fault.step)", "reason": "\(fault.reason)"])
    }

    private func histogram(of step: CanaryRound.Step) -> Histogram {
        switch step {
        case .register: self.metrics.register
        case .seen: self.metrics.seen
        case .expired: self.metrics.expired
        }
    }
}
