import NIOCore
public import RegistryCatalog
import RegistryModel

extension RedisCache {
    public func save(_ snapshot: CatalogSnapshot) async throws(CacheError) -> CacheSaving {
        let generation = SnapshotKeys.newGeneration()
        var encoder = SnapshotEncoder(snapshot, chunkBytes: self.bounds.chunkBytes)
        do throws(CacheError) {
            try await self.sendChunks(&encoder, generation)
        } catch {
            await self.discard(generation, encoder.manifest.chunks.count)
            throw error
        }
        let manifest = encoder.manifest
        let arguments: [RedisCommand.Argument] = [
            .text(generation), "\(manifest.chunks.count)", .bytes(manifest.encoded()),
        ]
        switch try await self.run(CacheScript.save, self.arguments(of: manifest.position) + arguments) {
        case "saved": return .saved
        case "superseded": return .superseded
        case "foreign": throw self.foreign
        case "missing":
            throw CacheError(
                .incomplete,
                "\(self.place): parts of the new snapshot went before it was complete, by eviction or FLUSHALL; it is saved again"
            )
        case let word: throw self.unexpected(word)
        }
    }

    public func load() async throws(CacheError) -> CatalogSnapshot? {
        let deadline = NIODeadline.now() + .milliseconds(self.bounds.transfer.milliseconds)
        var head = try await self.head()
        while let present = head {
            do throws(CacheError) {
                return try await self.load(present, until: deadline)
            } catch {
                guard error.code == .incomplete else { throw error }
                // A newer one may have taken its place meanwhile, which removes the chunks of this one.
                head = try await self.head()
                guard let now = head, now.generation != present.generation else { throw error }
            }
        }
        return nil
    }

    private func sendChunks(_ encoder: inout SnapshotEncoder, _ generation: String) async throws(CacheError) {
        let deadline = NIODeadline.now() + .milliseconds(self.bounds.transfer.milliseconds)
        var batch: [RedisCommand] = []
        var bytes = 0
        var isLast = false
        while !isLast {
            if let chunk = encoder.next() {
                let index = encoder.manifest.chunks.count - 1
                guard index < SnapshotManifest.mostChunks else {
                    throw CacheError(.tooLarge, "the catalogue is larger than a snapshot may be")
                }
                batch.append(
                    RedisCommand(
                        "SET", .text(self.keys.chunk(index, of: generation)), .bytes(chunk), "PX",
                        "\(self.bounds.unfinished.milliseconds)"))
                bytes += chunk.count
            } else {
                isLast = true
            }
            guard !batch.isEmpty, isLast || bytes >= self.bounds.batchBytes else { continue }
            try self.checkTime(deadline)
            _ = try await self.send(batch)
            (batch, bytes) = ([], 0)
        }
    }

    /// Removes the chunks of a snapshot that will not be; what cannot be removed expires.
    private func discard(_ generation: String, _ count: Int) async {
        let names = (0..<count).map { RedisCommand.Argument.text(self.keys.chunk($0, of: generation)) }
        guard !names.isEmpty else { return }
        _ = try? await self.send(RedisCommand(["UNLINK"] + names))
    }

    private func load(_ head: Head, until deadline: NIODeadline) async throws(CacheError) -> CatalogSnapshot {
        var assembly = SnapshotAssembly(head.manifest)
        var rest = head.manifest.chunks.indices
        while !rest.isEmpty {
            let batch = self.batch(rest, of: head.manifest)
            rest = rest.dropFirst(batch.count)
            try self.checkTime(deadline)
            let chunks = try await self.send(
                batch.map { RedisCommand("GET", .text(self.keys.chunk($0, of: head.generation))) })
            for chunk in chunks { try self.append(chunk, to: &assembly) }
        }
        do throws(SnapshotFault) { return try assembly.finish() } catch { throw CacheError(error, in: self.place) }
    }

    private func append(_ reply: RESPValue, to assembly: inout SnapshotAssembly) throws(CacheError) {
        do throws(SnapshotFault) {
            guard case .bytes(let chunk) = reply else { throw assembly.missing }
            try assembly.append(Array(chunk.readableBytesView))
        } catch {
            throw CacheError(error, in: self.place)
        }
    }

    /// The first of the chunks, as many as are asked for together.
    private func batch(_ chunks: Range<Int>, of manifest: SnapshotManifest) -> Range<Int> {
        var bytes = 0
        let length = chunks.prefix { index in
            defer { bytes += manifest.chunks[index].length }
            return index == chunks.lowerBound || bytes + manifest.chunks[index].length <= self.bounds.batchBytes
        }.count
        return chunks.prefix(length)
    }
}
