import HTTPSupport
public import NIOCore
public import RegistryCatalog
import RegistryJSON
public import RegistryModel

/// Makes the bodies of webhook deliveries. The snapshot is discover's default view, made once and shared by all its subscribers.
public struct DeliveryBodies: Sendable {
    private let slot: EncodingSlot<EncodedSnapshot>

    public init(catalog: Catalog) { self.slot = catalog.encodings.makeSlot(for: EncodedSnapshot.self) }

    /// `{subscription_id, namespace, service, revision, sequence, snapshot}`, in parts.
    ///
    /// - Parameter snapshot: nil: the service does not exist, which is shown as a watch shows it, without instances at revision 0.
    public func body(_ snapshot: ServiceSnapshot?, of subscription: Subscription, sequence: Int64) -> [ByteBuffer] {
        var writer = JSONWriter(capacity: 512)
        writer.beginDelivery(
            of: subscription.id, subscription.service, revision: snapshot?.revision ?? .zero, sequence: sequence)
        return [ByteBuffer(writer), self.bytes(of: snapshot, subscription.service), ByteBuffer(string: "}")]
    }

    private func bytes(of snapshot: ServiceSnapshot?, _ key: ServiceKey) -> ByteBuffer {
        guard let snapshot else {
            var writer = JSONWriter(capacity: 512)
            writer.service(.absent(key))
            return ByteBuffer(writer)
        }
        return snapshot.encoded(self.slot) { snapshot in
            var writer = JSONWriter(capacity: 512 + 512 * snapshot.instances.count)
            writer.service(snapshot, where: .available)
            let encoded = EncodedSnapshot(bytes: ByteBuffer(writer))
            return (encoded, encoded.bytes.storageCapacity + 96)
        }.bytes
    }
}

private final class EncodedSnapshot: Sendable {
    let bytes: ByteBuffer

    init(bytes: ByteBuffer) { self.bytes = bytes }
}
