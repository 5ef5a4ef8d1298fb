import RegistryModel

/// The key of one entry of the history: the changes of one committed write, or of all that stood or fell together. It holds what is needed to forget entries without reading
/// them.
struct TrailKey: Hashable, CustomStringConvertible {
    let time: Timestamp
    /// Who wrote it, in which of its transactions, as which of the operations.
    let writer: UInt64
    let sequence: UInt64
    let operation: Int
    /// How many changes it holds.
    let changes: Int

    init(time: Timestamp, writer: UInt64, sequence: UInt64, operation: Int, changes: Int) {
        self.time = time
        self.writer = writer
        self.sequence = sequence
        self.operation = operation
        self.changes = changes
    }

    /// Reads a key below the prefix; nil when it is something else.
    init?(_ text: String) {
        guard text.hasPrefix(EtcdLayout.trail) else { return nil }
        let parts = text.dropFirst(EtcdLayout.trail.utf8.count).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 5, let time = UInt64(parts[0], radix: 16), let writer = UInt64(parts[1], radix: 16),
            let sequence = UInt64(parts[2], radix: 16), let operation = UInt16(parts[3], radix: 16),
            let changes = UInt16(parts[4], radix: 16)
        else { return nil }
        self.init(
            time: Timestamp(milliseconds: Int64(bitPattern: time)), writer: writer, sequence: sequence,
            operation: Int(operation), changes: Int(changes))
    }

    var description: String {
        let parts = [
            EtcdLayout.hexadecimal(UInt64(bitPattern: self.time.milliseconds)), EtcdLayout.hexadecimal(self.writer),
            EtcdLayout.hexadecimal(self.sequence), EtcdLayout.hexadecimal(UInt16(clamping: self.operation)),
            EtcdLayout.hexadecimal(UInt16(clamping: self.changes)),
        ]
        return EtcdLayout.trail + parts.joined(separator: ".")
    }
}
