import HTTPSupport
import Logging
import RegistryCatalog
import RegistryModel
import ServiceLifecycle

/// The registry tried from end to end, by itself: an instance of its own comes, is seen, falls silent, is found out, and goes.
///
/// It is called `canary` and is in a namespace of its own, so that nobody else's lists change. It is alone in its service, so that
/// is protected only when everything is; and should the server die in the middle, the instance is removed seconds after the next start.
struct Canary: ServiceLifecycle.Service {
    static let instance = InstanceKey(service: ServiceKey(namespace: "rollcall", name: "canary"), id: "canary")
    static let timeToLive = TimeSpan.seconds(1)

    let catalog: Catalog
    let clock: any RegistryClock
    let interval: TimeSpan
    let metrics: CanaryMetrics
    let logger: Logger
    var bounds = CanaryRound.Bounds()

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
        var round = CanaryRound(catalog: self.catalog, clock: self.clock, bounds: self.bounds)
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
