/// Why bytes are not a whole snapshot.
public enum SnapshotFault: Error, Hashable, Sendable, CustomStringConvertible {
    case manifest
    case schema(Int64)
    /// Counted from 0, of so many.
    case missingChunk(Int, of: Int)
    case damagedChunk(Int, of: Int)
    case surplusChunk
    case record(RecordFault)
    case count(Int, expected: Int)

    /// What is wrong, as the end of a sentence that begins with "it is not used, because".
    public var description: String {
        switch self {
        case .manifest: "its manifest is missing, cut short or damaged"
        case .schema(let number): "it has schema \(number), and this version reads \(SnapshotManifest.schema)"
        case .missingChunk(let index, let count): "part \(index + 1) of \(count) is missing"
        case .damagedChunk(let index, let count): "part \(index + 1) of \(count) is damaged"
        case .surplusChunk: "it has more parts than its manifest says"
        case .record(let fault): "a record in it cannot be read (\(fault))"
        case .count(let count, let expected): "it has \(count) records instead of \(expected)"
        }
    }
}

extension CacheError {
    /// - Parameter place: begins the sentence: "The snapshot in …".
    public init(_ fault: SnapshotFault, in place: String) {
        let isNewer = if case .schema = fault { true } else { false }
        self.init(
            isNewer ? .newerVersion : .incomplete,
            "The snapshot in \(place) is not used: \(fault). It is replaced by the next one that is saved.")
    }
}
