import NIOCore
import RegistryModel

/// Puts events one after another as the HTML standard has it (section 9.2, server-sent events).
///
/// Events of one revision belong together, and only the last that is sent has the `id`, from which a reader may resume. Which one is
/// the last shows only when the next revision begins, since a view leaves some out; so one event is always held back until then.
struct EventFraming {
    private(set) var piece = EventPiece()
    private var held: EncodedEvent?

    /// - Parameter publishedAt: when what it tells was published, in monotonic microseconds; 0: that does not count.
    mutating func append(_ event: EncodedEvent, publishedAt: Int64 = 0) {
        self.put(nil)
        self.held = event
        if publishedAt > 0 { self.piece.publishedAt = min(self.piece.publishedAt ?? publishedAt, publishedAt) }
    }

    /// All events of this revision have been appended.
    mutating func endRevision(_ revision: Revision) {
        self.put(revision)
        self.piece.reached = revision
    }

    /// What can be sent now; it is forgotten here.
    mutating func take() -> EventPiece {
        defer { self.piece = EventPiece() }
        return self.piece
    }

    private mutating func put(_ revision: Revision?) {
        guard let held else { return }
        self.piece.bytes.writeImmutableBuffer(held.bytes)
        if let revision {
            self.piece.bytes.writeStaticString("id: ")
            self.piece.bytes.writeString(revision.description)
            self.piece.bytes.writeStaticString("\n")
        }
        self.piece.bytes.writeStaticString("\n")
        self.held = nil
    }

    /// A comment, so that nobody on the way takes a quiet stream for a dead one.
    static let keepAlive = ByteBuffer(string: ": alive\n\n")

    /// How long a reader should wait before it comes back.
    static func retry(_ span: TimeSpan) -> ByteBuffer { ByteBuffer(string: "retry: \(span.milliseconds)\n\n") }
}
