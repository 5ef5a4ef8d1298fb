import HTTPSupport
import NIOCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// A body that is made once and given out many times, with the header values that go with it.
final class EncodedBody: Sendable {
    let bytes: ByteBuffer
    let length: String
    /// The `ETag`, quoted.
    let tag: String
    /// How many suspects are in it.
    let suspects: Int

    init(bytes: ByteBuffer, tag: String, suspects: Int) {
        self.bytes = bytes
        self.length = String(bytes.readableBytes)
        self.tag = tag
        self.suspects = suspects
    }

    /// What it takes in memory, roughly: the bytes and this object.
    var cost: Int { self.bytes.storageCapacity + 160 }
}

/// The answers to discover's default view, kept with each snapshot: plain, and compressed once somebody asks for that.
struct DiscoverBodies: Sendable {
    private let catalog: Catalog
    private let plain: EncodingSlot<EncodedBody>
    private let compressed: EncodingSlot<EncodedBody>

    init(catalog: Catalog) {
        self.catalog = catalog
        self.plain = catalog.encodings.makeSlot(for: EncodedBody.self)
        self.compressed = catalog.encodings.makeSlot(for: EncodedBody.self)
    }

    func plain(_ snapshot: ServiceSnapshot) -> EncodedBody {
        snapshot.encoded(self.plain) { snapshot in
            var writer = JSONWriter(capacity: 512 + snapshot.instances.count * 512)
            writer.discover(snapshot, where: .available)
            let body = EncodedBody(
                bytes: ByteBuffer(writer), tag: self.tag(of: snapshot).description,
                suspects: snapshot.summary.suspects)
            return (body, body.cost)
        }
    }

    /// The plain body when compression gains nothing.
    func compressed(_ snapshot: ServiceSnapshot) -> EncodedBody {
        let plain = self.plain(snapshot)
        guard plain.bytes.readableBytes >= Gzip.threshold else { return plain }
        return snapshot.encoded(self.compressed) { snapshot in
            guard let bytes = Gzip.compress(plain.bytes) else { return (plain, 0) }
            let body = EncodedBody(
                bytes: bytes, tag: self.tag(of: snapshot).compressed, suspects: plain.suspects)
            return (body, body.cost)
        }
    }

    private func tag(of snapshot: ServiceSnapshot) -> EntityTag {
        EntityTag(
            registryID: self.catalog.registryID, revision: snapshot.revision, repairedAt: snapshot.repairedAt)
    }
}
