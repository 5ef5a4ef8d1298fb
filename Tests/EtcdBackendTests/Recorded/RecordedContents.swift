import RegistryCatalog
import RegistryModel

/// What is in the recorded stores, word for word, with the revisions that it got. Never change a value that lies in a fixture: add to it.
enum RecordedContents {
    /// 2026-03-01T12:00:00Z, and a minute later.
    static let made = Timestamp(milliseconds: 1_772_366_400_000)
    static let changed = Timestamp(milliseconds: 1_772_366_460_000)
    /// `meta`, fence and numbers are before the first commit; digests and members follow the second.
    static let first = Revision(5)
    static let second = Revision(6)
    static let payments = ServiceKey(namespace: "shop", name: "payments")
    static let idle = ServiceKey(namespace: "default", name: "idle")
    /// The schema of the program that wrote it.
    static let schema: UInt32 = 1
    /// The process that wrote it. It made the registry's id of the same number.
    static let writer: UInt64 = 0x1122_3344_5566_7788
    static let registryID = "11223344556677881122334455667788"

    static let services = [
        Service(
            key: Self.idle, number: 1, createdAt: Self.made, updatedAt: Self.made, revision: Self.first,
            emptySince: Self.made),
        Service(
            key: Self.payments, number: 2, type: "rest", metadata: ["team": "a", "empty": ""], createdAt: Self.made,
            updatedAt: Self.changed, revision: Self.second,
            protection: Protection(
                since: Self.changed, verdict: .zone, detail: "all of eu-1 fell silent", isLifted: true)),
    ]

    /// In the order of keys.
    static let instances = [
        StoredInstance(
            service: 2,
            instance: Instance(
                id: "[::1]:8443", spec: Self.fullSpec, number: 3, incarnation: 42,
                health: Health(
                    state: .down, cause: .probe, since: Self.made, error: "the check web failed",
                    faults: [.probe, .report]), createdAt: Self.made, updatedAt: Self.made, revision: Self.first)),
        StoredInstance(
            service: 2,
            instance: Instance(
                id: "plain", spec: InstanceSpec(host: "127.0.0.9", port: 80), number: 4, incarnation: nil,
                health: Health(state: .up, cause: .register, since: Self.made), createdAt: Self.made,
                updatedAt: Self.made, revision: Self.first)),
        StoredInstance(
            service: 2,
            instance: Instance(
                id: "silent",
                spec: InstanceSpec(host: "127.0.0.10", port: 80, status: .starting, ttl: .after(.seconds(3))),
                number: 5, incarnation: 7,
                health: Health(
                    state: .down, cause: .protect, since: Self.changed, error: "no heartbeat for 3 s",
                    faults: .silence, isSuspect: true), createdAt: Self.made, updatedAt: Self.changed,
                revision: Self.second)),
    ]

    static let tombstones = [
        StoredTombstone(
            service: Self.payments,
            tombstone: Tombstone(
                id: "gone", number: 6, incarnation: 9, cause: .deregister, actor: "127.0.0.1",
                until: Timestamp(milliseconds: 1_772_452_800_000), revision: Self.first))
    ]

    static let overrides = [
        StoredOverride(
            key: OverrideKey(service: Self.payments),
            override: Override(
                number: 7, revision: Self.first, status: nil, weight: 3, reason: "half the traffic",
                actor: "127.0.0.2", createdAt: Self.made,
                expiresAt: Timestamp(milliseconds: 4_102_444_800_000))),
        StoredOverride(
            key: OverrideKey(service: Self.payments, instance: "absent"),
            override: Override(
                number: 8, revision: Self.first, status: .outOfService, weight: nil, actor: "127.0.0.1",
                createdAt: Self.made, absentSince: Self.made)),
    ]

    static let subscriptions = [
        Subscription(
            id: "s-failing", number: 9, revision: Self.first, service: Self.payments, clientID: "web",
            callback: "http://127.0.0.1:9/hook", secret: "whsec_c2VjcmV0", metadata: ["team": "b"],
            createdAt: Self.made, updatedAt: Self.made, revivals: 4,
            progress: DeliveryProgress(
                status: .retrying, acknowledged: Revision(4), sequence: 7, lastNotify: Self.made,
                error: "connection refused", retryCount: 3, failingSince: Self.made)),
        Subscription(
            id: "s-new", number: 10, revision: Self.first, service: Self.idle, callback: "https://127.0.0.1/x",
            secret: "whsec_bmV3", createdAt: Self.made, updatedAt: Self.made),
    ]

    /// Oldest first.
    static let changes = [
        Self.change("[::1]:8443", .register), Self.change("plain", .register), Self.change("silent", .register),
        Self.change("gone", .deregister), Self.change("", .override, detail: "weight 3"),
        Change(
            revision: Self.second, time: Self.changed, service: Self.payments, instance: "silent", cause: .protect,
            actor: Change.registryActor, health: .down, status: .starting, detail: "no heartbeat for 3 s"),
    ]

    /// What the node that wrote it says of itself: alive, until its lease ends.
    static let member = Member(
        id: Self.writer, epoch: 7, node: "node-a", address: "127.0.0.1:8080", version: "0.5.0", schema: 1,
        startedAt: Self.made)
    /// How that node stood after the second commit. Nodes of all versions must come to the same sum.
    static let digest = Digest(
        writer: Self.writer, sequence: 3, applied: Self.second,
        hash: StateHash(high: 0x2641_186b_7d57_d7a6, low: 0x403a_a766_5962_fd30), beats: [3, 4, 5_000_000_000],
        drains: [Digest.PendingDrain(service: Self.payments, revision: Self.first)], hasMoreDrains: true,
        standstills: 2, stoodStill: 1_500)
    static let digestPosition: Int64 = 8
    /// The first number that it has not taken for itself.
    static let nextNumber: Int64 = 4_097

    private static let fullSpec = InstanceSpec(
        host: "::1", port: 8443, protocol: "https", version: "2.0.0-rc.1", status: .draining, weight: 0,
        tags: ["blue", ""], metadata: ["build": "17", "note": "ü"], locality: Locality(region: "eu", zone: "eu-1"),
        ports: [NamedPort(name: "admin", port: 1), NamedPort(name: "metrics", port: 65_535)], ttl: .never,
        checks: [
            HealthCheck(name: "beat", kind: .ttl, interval: .seconds(10)),
            HealthCheck(
                name: "web", kind: .http, interval: .seconds(5),
                probe: HealthCheck.Probe(
                    timeout: .seconds(1), failuresBeforeDown: 2, successesBeforeUp: 3, startPeriod: .zero, port: 9,
                    path: "/ready", method: "HEAD", headers: ["Authorization": "Bearer t"], expectedStatus: "204",
                    bodyContains: "ok", usesTLS: true, serverName: "payments.test")),
            HealthCheck(name: "socket", kind: .tcp),
            HealthCheck(name: "rpc", kind: .grpc, probe: HealthCheck.Probe(service: "shop.Payments")),
        ], deregisterAfter: .after(.minutes(2)), warmUp: .seconds(30))

    private static func change(_ instance: String, _ cause: Cause, detail: String = "") -> Change {
        Change(
            revision: Self.first, time: Self.made, service: Self.payments, instance: instance, cause: cause,
            actor: "127.0.0.1", health: instance.isEmpty ? nil : .up, status: instance.isEmpty ? nil : .up,
            detail: detail)
    }
}
