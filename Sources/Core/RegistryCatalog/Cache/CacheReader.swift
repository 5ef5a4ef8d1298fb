public import Logging
import Synchronization

/// Finds the snapshot that a node begins with while the store cannot be reached.
public final class CacheReader: Sendable {
    private let caches: [any SharedCache]
    private let logger: Logger?
    /// Why a cache could not be used when that was logged last. Caches are asked again and again while the store is away.
    private let told = Mutex<[CacheKind: String]>([:])

    /// - Parameter caches: in the order of preference: Redis, then the file.
    public init(_ caches: [any SharedCache], logger: Logger? = nil) {
        self.caches = caches
        self.logger = logger
    }

    /// A snapshot, and where it is from.
    public struct Found: Sendable {
        public var snapshot: CatalogSnapshot
        public var kind: CacheKind
    }

    /// The newest whole snapshot of this registry; nil: there is none. Ends within the bounds of the caches; each that cannot be used
    /// is logged with its reason, once until that is another one.
    ///
    /// - Parameter registryID: nil when the node does not know its registry yet.
    public func newest(registryID: String? = nil) async -> Found? {
        let asked = await self.candidates()
        let choice = SnapshotChoice(asked.map(\.candidate), registryID: registryID)
        for place in choice.foreign {
            self.logForeign(asked[place].cache, isCertain: choice.registryID != nil)
        }
        for place in choice.order {
            if let found = await self.load(asked[place].cache, registryID: choice.registryID) { return found }
        }
        return nil
    }

    /// How far this node had come, as the caches tell without being read whole; nil: they know nothing.
    public func history() async -> ExpectedHistory? { ExpectedHistory(await self.candidates().map(\.candidate)) }

    private func candidates() async -> [(cache: any SharedCache, candidate: SnapshotChoice.Candidate)] {
        var asked: [(cache: any SharedCache, candidate: SnapshotChoice.Candidate)] = []
        for cache in self.caches {
            do throws(CacheError) {
                guard let position = try await cache.position() else { continue }
                let hasRival = try await cache.hasRival()
                asked.append(
                    (cache, SnapshotChoice.Candidate(kind: cache.kind, position: position, hasRival: hasRival)))
            } catch {
                self.log(error, of: cache)
            }
        }
        return asked
    }

    private func load(_ cache: any SharedCache, registryID: String?) async -> Found? {
        do throws(CacheError) {
            guard let snapshot = try await cache.load() else { return nil }
            // It may have been replaced since its position was read.
            guard snapshot.catalog.registryID == registryID else {
                self.logForeign(cache, isCertain: true)
                return nil
            }
            return Found(snapshot: snapshot, kind: cache.kind)
        } catch {
            self.log(error, of: cache)
            return nil
        }
    }

    private func log(_ error: CacheError, of cache: any SharedCache) {
        self.log("A cached snapshot cannot be used at this start.", "\(error)", of: cache)
    }

    private func logForeign(_ cache: any SharedCache, isCertain: Bool) {
        let reason =
            isCertain
            ? "it names another registry than this node's"
            : "two registries write there, and no file of this node says which is its own"
        self.log(
            "A cached snapshot is not used: it belongs to another registry, or may.",
            "\(reason); give each registry a redis.prefix of its own, and delete the key that ends with :rival",
            of: cache)
    }

    private func log(_ message: Logger.Message, _ reason: String, of cache: any SharedCache) {
        guard self.told.withLock({ $0.updateValue(reason, forKey: cache.kind) }) != reason else { return }
        self.logger?.warning(message, metadata: ["cache": "\(cache.kind.name)", "error": "\(reason)"])
    }
}
