import HTTPSupport
import NIOCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// One event without its `id` and its end: `event: change\ndata: {…}\n`.
final class EncodedEvent: Sendable {
    /// Empty when there is nothing to tell.
    let bytes: ByteBuffer

    init(bytes: ByteBuffer) { self.bytes = bytes }

    static let nothing = EncodedEvent(bytes: ByteBuffer())

    convenience init(_ name: StaticString, capacity: Int, _ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(capacity: capacity)
        write(&writer)
        var bytes = ByteBuffer()
        bytes.reserveCapacity(writer.count + name.utf8CodeUnitCount + 16)
        bytes.writeStaticString("event: ")
        bytes.writeStaticString(name)
        bytes.writeStaticString("\ndata: ")
        _ = writer.withBytes { bytes.writeBytes($0) }
        bytes.writeStaticString("\n")
        self.init(bytes: bytes)
    }

    var cost: Int { self.bytes.storageCapacity + 96 }
}

/// Makes the events of a watch. Those of discover's default view are made once and shared by all who watch it.
struct EventEncodings: Sendable {
    private let slot: EncodingSlot<EncodedEvent>

    init(cache: EncodedCache) { self.slot = cache.makeSlot(for: EncodedEvent.self) }

    /// Nil when the view has nothing to tell of this.
    func event(for step: WatchStep, where filter: InstanceFilter) -> EncodedEvent? {
        let event =
            switch step.event {
            case .snapshot(let key, nil): self.absent(key)
            case .snapshot(_, let snapshot?): self.snapshot(snapshot, filter)
            case .delta(let delta): self.change(delta, filter)
            case .gap(let key, let from, let to):
                EncodedEvent(WatchEventDocument.Name.gap, capacity: 256) { $0.gapEvent(key, from: from, to: to) }
            case .synced:
                EncodedEvent(WatchEventDocument.Name.synced, capacity: 64) { $0.syncedEvent(step.revision) }
            }
        return event.bytes.readableBytes == 0 ? nil : event
    }

    private func absent(_ key: ServiceKey) -> EncodedEvent {
        EncodedEvent(WatchEventDocument.Name.snapshot, capacity: 512) { writer in
            writer.snapshotEvent(key, revision: .zero) { $0.service(.absent(key)) }
        }
    }

    private func snapshot(_ snapshot: ServiceSnapshot, _ filter: InstanceFilter) -> EncodedEvent {
        func make() -> EncodedEvent {
            EncodedEvent(WatchEventDocument.Name.snapshot, capacity: 512 + 512 * snapshot.instances.count) { writer in
                writer.snapshotEvent(snapshot.key, revision: snapshot.revision) {
                    $0.service(snapshot, where: filter)
                }
            }
        }
        guard filter == .available else { return make() }
        return snapshot.encoded(self.slot) { _ in
            let event = make()
            return (event, event.cost)
        }
    }

    private func change(_ delta: ServiceDelta, _ filter: InstanceFilter) -> EncodedEvent {
        func make() -> EncodedEvent {
            guard let view = DeltaView(delta, where: filter) else { return .nothing }
            return EncodedEvent(WatchEventDocument.Name.change, capacity: 512 + 768 * view.changes.count) { writer in
                writer.changeEvent(
                    delta.key, revision: delta.revision,
                    changes: { writer in for change in view.changes { writer.change(change) } },
                    instances: { writer in
                        for instance in view.instances { writer.instance(instance, of: delta.key) }
                    },
                    removed: view.removed)
            }
        }
        guard filter == .available else { return make() }
        return delta.encoded(self.slot) { _ in
            let event = make()
            return (event, event.cost)
        }
    }
}
