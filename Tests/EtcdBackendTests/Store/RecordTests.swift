import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import SwiftProtobuf
import Testing

@testable import EtcdBackend

@Suite("Records as they lie in etcd")
struct RecordTests {
    private let layout = EtcdLayout(prefix: "/rollcall/")
    private let timeline = Timeline(number: 3)

    @Test("Every kind of record is read as it was written", arguments: RecordTests.samples)
    func roundTrip(_ record: Write.Record) throws {
        let (value, isForeign) = try self.read(record, try #require(try record.value(over: nil, Schema.current)))
        #expect(!isForeign)
        #expect(String(describing: value) == String(describing: self.expected(record)))
    }

    @Test("What a later version wrote beside it is kept when this one writes it again", arguments: RecordTests.samples)
    func unknownFields(_ record: Write.Record) throws {
        // Fields 90 (varint) and 91 (text), in the record and within, behind everything that this version knows.
        let foreign: [UInt8] = [0xD0, 0x05, 0x07, 0xDA, 0x05, 0x02, 0x68, 0x69]
        let later = try self.later(record, foreign)
        let (_, isForeign) = try self.read(record, later)
        #expect(isForeign)
        let again = try #require(try record.value(over: later, Schema.current))
        #expect(self.count(of: foreign, in: again) == self.count(of: foreign, in: later))
        #expect(self.count(of: foreign, in: again) >= 1)
        #expect(try self.read(record, again).isForeign)
    }

    @Test(
        "Values of enumerations that are not known make nothing available, and survive unless something else is decided"
    )
    func unknownValues() throws {
        var entry = StoredInstanceEntry()
        entry.instance.update(to: Sample.instance(), service: 1)
        entry.instance.spec.status = .UNRECOGNIZED(77)
        entry.instance.health.state = .UNRECOGNIZED(78)
        entry.instance.health.cause = 200
        var instance = entry.instance.model(revision: .zero)
        #expect(!instance.isAvailable)
        #expect(instance.spec.status == .outOfService)
        #expect(instance.health.state == .unknown)
        instance.spec.weight = 7
        entry.instance.update(to: instance, service: 1)
        #expect(entry.instance.spec.status == .UNRECOGNIZED(77))
        #expect(entry.instance.health.state == .UNRECOGNIZED(78))
        #expect(entry.instance.health.cause == 200)
        instance.spec.status = .up
        instance.health = Sample.health()
        entry.instance.update(to: instance, service: 1)
        #expect(entry.instance.spec.status == .up)
        #expect(entry.instance.health.state == .up)
    }

    @Test("A check of a kind that is not known is left out, and kept")
    func unknownCheck() throws {
        var record = StoredSpecRecord()
        record.update(to: Sample.spec())
        var check = StoredCheckRecord()
        check.name = "later"
        check.kind = .UNRECOGNIZED(9)
        record.checks.append(check)
        #expect(record.model.checks.isEmpty)
        record.update(to: record.model)
        #expect(record.checks.map(\.name) == ["later"])
    }

    @Test("What was not said is not available")
    func unspecified() {
        let instance = StoredInstanceRecord().model(revision: .zero)
        #expect(instance.spec.status == .outOfService)
        #expect(instance.health.state == .unknown)
    }

    @Test("A value that is no record is an error that names its key")
    func noRecord() {
        do throws(StoreError) {
            _ = try self.read(Self.samples[0], Data([0xFF, 0xFF]))
            Issue.record("it was read")
        } catch {
            #expect(error.code == .damaged)
            #expect(error.message.contains("/rollcall/services/default/payments"))
        }
    }

    private func read(_ record: Write.Record, _ value: Data) throws(StoreError) -> (value: StoredValue, isForeign: Bool)
    {
        var pair = EtcdKeyValue()
        pair.key = Data(self.layout.key(record.key).utf8)
        pair.value = value
        pair.modRevision = 42
        return try StoredValue.read(pair, self.layout, self.timeline)
    }

    private func expected(_ record: Write.Record) -> StoredValue {
        switch record.at(self.timeline.revision(42)) {
        case .service(_, _, let service?): .service(service)
        case .instance(let key, _, let service, let instance?): .instance(key, service: service, instance)
        case .tombstone(let key, _, let tombstone?): .tombstone(key, tombstone)
        case .override(let key, _, let override?): .override(StoredOverride(key: key, override: override))
        case .subscription(_, _, let subscription?): .subscription(subscription)
        default: .other
        }
    }

    /// The record as a later version would have written it, with fields that this one does not know.
    private func later(_ record: Write.Record, _ foreign: [UInt8]) throws -> Data {
        let unknown = Data(foreign)
        switch record {
        case .service(_, _, let service?):
            var stored = StoredServiceRecord()
            stored.update(to: service)
            stored.schema = Schema.current + 1
            if stored.hasProtection { try stored.protection.merge(serializedBytes: unknown) }
            return try stored.serializedBytes() + unknown
        case .instance, .tombstone:
            var stored = try StoredInstanceEntry(
                serializedBytes: try #require(try record.value(over: nil, Schema.current)))
            stored.schema = Schema.current + 1
            if case .instance = record {
                try stored.instance.merge(serializedBytes: unknown)
                try stored.instance.spec.merge(serializedBytes: unknown)
                try stored.instance.health.merge(serializedBytes: unknown)
                for index in stored.instance.spec.checks.indices {
                    try stored.instance.spec.checks[index].merge(serializedBytes: unknown)
                }
            } else {
                try stored.tombstone.merge(serializedBytes: unknown)
            }
            return try stored.serializedBytes() + unknown
        case .override:
            var stored = try StoredOverrideRecord(
                serializedBytes: try #require(try record.value(over: nil, Schema.current)))
            stored.schema = Schema.current + 1
            return try stored.serializedBytes() + unknown
        default:
            var stored = try StoredSubscriptionRecord(
                serializedBytes: try #require(try record.value(over: nil, Schema.current)))
            stored.schema = Schema.current + 1
            return try stored.serializedBytes() + unknown
        }
    }

    private func count(of pattern: [UInt8], in data: Data) -> Int {
        let bytes = Array(data)
        guard bytes.count >= pattern.count else { return 0 }
        return (0...bytes.count - pattern.count).filter { Array(bytes[$0..<$0 + pattern.count]) == pattern }.count
    }

    static let samples: [Write.Record] = {
        var service = Sample.service(type: "rest", metadata: ["a": "1", "b": ""], emptySince: Sample.time)
        service.protection = Protection(since: Sample.time, verdict: .zone, detail: "z", isLifted: true)
        let spec = InstanceSpec(
            host: "::1", port: 8443, protocol: "https", version: "2.0.0-rc.1", status: .draining, weight: 0,
            tags: ["blue", ""], metadata: ["a": "1"], locality: Locality(region: "eu", zone: "eu-1"),
            ports: [NamedPort(name: "admin", port: 1), NamedPort(name: "metrics", port: 65_535)], ttl: .never,
            checks: [
                HealthCheck(name: "beat", kind: .ttl, interval: .seconds(10)),
                HealthCheck(
                    name: "web", kind: .http,
                    probe: .init(
                        timeout: .seconds(1), failuresBeforeDown: 2, successesBeforeUp: 3, startPeriod: .zero, port: 9,
                        path: "/",
                        method: "HEAD", headers: ["h": "v"], expectedStatus: "204", bodyContains: "ok", usesTLS: true,
                        serverName: "n", service: "s")),
                HealthCheck(name: "tcp", kind: .tcp),
            ], deregisterAfter: .after(.zero), warmUp: .seconds(5))
        let health = Health(
            state: .down, cause: .probe, since: Sample.time, error: "e", faults: [.probe, .silence], isSuspect: true)
        let instance = Sample.instance("[::1]:8443", spec: spec, incarnation: 42, health: health)
        var subscription = Sample.subscription()
        subscription.revivals = 4
        subscription.progress = DeliveryProgress(
            status: .retrying, acknowledged: Revision(9), sequence: 7, lastNotify: Sample.time, error: "e",
            retryCount: 3,
            failingSince: Sample.time)
        return [
            .service(service.key, number: service.number, service),
            .instance(InstanceKey(service: service.key, id: instance.id), number: 2, service: 1, instance),
            .instance(
                InstanceKey(service: service.key, id: "a"), number: 2, service: 1,
                Sample.instance(spec: Sample.spec(ttl: .after(.seconds(3))))),
            .tombstone(InstanceKey(service: service.key, id: "a"), number: 3, Sample.tombstone()),
            .override(OverrideKey(service: service.key), number: 4, Sample.override(weight: 3, reason: "r")),
            .override(
                OverrideKey(service: service.key, instance: "a"), number: 4,
                Sample.override(status: nil, expiresAt: Sample.time, absentSince: Sample.time)),
            .subscription("s", number: 5, Sample.subscription()), .subscription("s", number: 5, subscription),
        ]
    }()
}
