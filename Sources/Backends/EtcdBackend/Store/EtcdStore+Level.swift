import Logging
import RegistryCatalog
import RegistryModel
import SwiftProtobuf
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The schema that is written: the lowest that every member speaks, so that programs of two versions get on with each other while one takes
/// the other's place. It never goes down again.
extension EtcdStore {
    /// How often a program that speaks a higher one looks whether all do.
    private static let look = TimeSpan.seconds(10)

    /// Raises it when every member speaks more, until the task is cancelled.
    func raiseLevel() async {
        guard await self.opened.wait(for: 1) else { return }
        while (try? await self.clock.sleep(for: Self.look)) != nil {
            guard self.session.withLock({ $0.level < self.schema && $0.isWatching && $0.obstacle == nil }) else {
                continue
            }
            do throws(EtcdError) {
                try await self.raiseLevelOnce()
            } catch {
                self.logger?.info("The level of the registry could not be raised.", metadata: ["error": "\(error)"])
            }
        }
    }

    func raiseLevelOnce() async throws(EtcdError) {
        let key = self.layout.key(EtcdLayout.meta)
        let read = try await self.client.transaction(
            .when([], then: [.range(EtcdQuery(EtcdRange(key))), .range(EtcdQuery(self.layout.members))]),
            isRepeatable: true)
        guard read.responses.count == 2, let pair = read.responses[0].responseRange.kvs.first,
            var meta = try? StoredMetaRecord(serializedBytes: pair.value),
            let lowest = Self.lowestSchema(read.responses[1].responseRange.kvs.map(\.value)), lowest > meta.level
        else { return }
        meta.level = lowest
        meta.schema = max(meta.schema, lowest)
        // Whoever becomes a member meanwhile compares `meta`, and this compares that nobody has.
        let response = try await self.client.transaction(
            .when(
                [
                    .onKey(key, to: .modRevision(pair.modRevision)),
                    .onRange(self.layout.members, .less, to: .createRevision(read.header.revision + 1)),
                ], then: [.put(key, meta.bytes)]))
        guard response.succeeded else { return }
        self.logger?.notice(
            "Every member speaks a later schema, which is written from now on.", metadata: ["schema": "\(lowest)"])
    }

    /// Nil: there is no member, or one of which nothing is known.
    private static func lowestSchema(_ members: [Data]) -> UInt32? {
        let schemas = members.map { (try? StoredMemberRecord(serializedBytes: $0))?.schema ?? 0 }
        return schemas.min()
    }
}
