import RollcallClient
import ServerTestKit
import Synchronization
import Testing

/// What is seen of targets and of instances that beat, over and over.
extension TargetRun {
    func instances(of service: ServiceKey, _ query: InstanceQuery = .everything) async throws -> [Instance] {
        try await self.client.discover(service, query).value.services.first?.instances ?? []
    }

    func watch() async throws {
        try await Subscriber { self.view.take($0) }.watch(self.server.url("/v1/watch?service=*"), self.http)
    }

    func look() async throws {
        var asked = ContinuousClock.now
        while !Task.isCancelled {
            for number in 0..<TargetFleet.services { try await self.look(at: TargetFleet.service(number)) }
            try await self.lookAtBeats()
            self.takeDepartures()
            try await self.takeLag(since: asked)
            asked = .now
            try await Task.sleep(for: .milliseconds(250))
        }
        try await self.takeLag(since: asked)
    }

    /// How the machine did, as a process says that has nothing to do with the registry.
    func takeLag(since asked: ContinuousClock.Instant) async throws {
        let lag = try await self.fleet.lag()
        self.state.withLock { state in
            state.longestLag = max(state.longestLag, lag)
            state.checker.stalls.add(lag, from: asked, to: .now)
        }
    }

    /// Each instance that left the watch's view, also if it came back before anybody looked.
    func takeDepartures() {
        let departures = self.view.takeDepartures()
        self.state.withLock { state in
            for departure in departures where departure.key != self.overridden {
                state.checker.lost(departure.key, at: departure.time, "left the view of a watch", state.truth)
            }
        }
    }

    func look(at service: ServiceKey) async throws {
        let asked = ContinuousClock.now
        let all = try await self.instances(of: service)
        let answered = ContinuousClock.now
        let available = try await self.instances(of: service, .available)
        let watched = self.view.instances(of: service)
        let now = ContinuousClock.now
        self.state.withLock { state in
            for instance in all {
                let key = InstanceKey(service: service, id: instance.id)
                state.checker.see(
                    TargetSight(key: key, health: instance.health.state, asked: asked, answered: answered), state.truth)
                guard let watched, key != self.overridden else { continue }
                let health: HealthState = watched.contains(instance.id) ? .up : .down
                state.checker.see(TargetSight(key: key, health: health, asked: now, answered: now), state.truth)
            }
            let keys = available.map { InstanceKey(service: service, id: $0.id) }
            state.checker.see(available: keys, of: service, hasBeenFull: !state.done.isEmpty)
        }
        let isOut = self.state.withLock { !$0.done.isEmpty }
        if isOut, service == self.overridden.service {
            #expect(!available.contains { $0.id == self.overridden.id }, "P8: an override was forgotten")
            #expect(watched?.contains(self.overridden.id) != true, "P8: an override was forgotten by a watch")
        }
    }

    // MARK: Heartbeats

    func beat() async throws {
        while !Task.isCancelled {
            let keys = self.state.withLock { $0.beats.begin(at: .now) }
            let sent = ContinuousClock.now
            let answer = try await self.client.heartbeat(keys.map { InstanceReference(key: $0) })
            let isAcknowledged = answer.value.renewed == keys.count
            self.state.withLock { $0.beats.end(keys, sent: sent, at: .now, isAcknowledged: isAcknowledged) }
            try await Task.sleep(for: .seconds(1))
        }
    }

    func lookAtBeats() async throws {
        let asked = ContinuousClock.now
        let all = try await self.instances(of: BeatingInstances.service)
        let answered = ContinuousClock.now
        self.state.withLock { state in
            for instance in all {
                let key = InstanceKey(service: BeatingInstances.service, id: instance.id)
                state.beats.see(
                    TargetSight(key: key, health: instance.health.state, asked: asked, answered: answered))
            }
        }
    }
}
