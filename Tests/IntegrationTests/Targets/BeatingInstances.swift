import RegistryTestKit
import RollcallClient

/// Instances that owe heartbeats: some fall silent for a while. What is expected of them follows from what was sent and acknowledged.
struct BeatingInstances {
    static let service = ServiceKey(name: "beating")
    static let count = 10
    static let timeToLive = Duration.seconds(3)
    /// How late an expiry may be seen: 1 s, and this machine's margin.
    static let lateness = Duration.seconds(3)

    struct Beat {
        /// When the last acknowledged one was sent.
        var sent: ContinuousClock.Instant
        /// When its acknowledgement came, or that of a later one that failed: by then no renewal was under way.
        var settled: ContinuousClock.Instant
        var isUnderWay = false
        var silentUntil: ContinuousClock.Instant?
    }

    private(set) var beats: [InstanceKey: Beat] = [:]
    private(set) var violations: [String] = []
    /// What a machine that stood still would excuse.
    private(set) var accusations: [Accusation] = []
    private(set) var expiries = 0
    private var random: SeededGenerator

    init(seed: UInt64, at time: ContinuousClock.Instant) {
        self.random = SeededGenerator(seed: seed)
        for registration in Self.registrations { self.beats[registration.key] = Beat(sent: time, settled: time) }
    }

    static let registrations: [Registration] = (0..<count).map { number in
        Registration(
            service: service,
            spec: InstanceSpec(host: "127.0.0.200", port: UInt16(1_000 + number), ttl: .after(.seconds(3))))
    }

    /// Who beats now. One of them may fall silent: never more than three, so that protection has no cause to step in.
    mutating func begin(at time: ContinuousClock.Instant) -> [InstanceKey] {
        for key in self.beats.keys where self.beats[key]?.silentUntil.map({ $0 <= time }) == true {
            self.beats[key]?.silentUntil = nil
        }
        let silent = self.beats.values.count { $0.silentUntil != nil }
        let chosen = Self.registrations[Int.random(in: 0..<Self.count, using: &self.random)].key
        if silent < 3, Int.random(in: 0..<4, using: &self.random) == 0, self.beats[chosen]?.silentUntil == nil {
            self.beats[chosen]?.silentUntil = time + .seconds(Int.random(in: 8...14, using: &self.random))
        }
        let beating = Self.registrations.map(\.key).filter { self.beats[$0]?.silentUntil == nil }
        for key in beating { self.beats[key]?.isUnderWay = true }
        return beating
    }

    mutating func end(
        _ keys: [InstanceKey], sent: ContinuousClock.Instant, at time: ContinuousClock.Instant, isAcknowledged: Bool
    ) {
        for key in keys {
            self.beats[key]?.isUnderWay = false
            self.beats[key]?.settled = time
            if isAcknowledged { self.beats[key]?.sent = sent }
        }
    }

    /// P4: not DOWN within its ttl after an acknowledged beat. P5: not UP for long after it.
    mutating func see(_ sight: TargetSight) {
        guard let beat = self.beats[sight.key] else { return }
        if sight.health != .up, beat.settled <= sight.asked, sight.answered < beat.sent + Self.timeToLive {
            self.violations.append("P4: \(sight.key) is \(sight.health) \(sight.answered - beat.sent) after a beat")
        }
        if sight.health == .down { self.expiries += 1 }
        if sight.health == .up, !beat.isUnderWay, sight.asked > beat.settled + Self.timeToLive + Self.lateness {
            let text = "P5: \(sight.key) is UP \(sight.asked - beat.settled) after its last beat"
            self.accusations.append(Accusation(text: text, from: sight.asked, to: sight.answered))
        }
    }
}
