/// Writes figures in the text format that Prometheus reads, version 0.0.4.
/// https://prometheus.io/docs/instrumenting/exposition_formats/
struct MetricsText {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private(set) var text = ""

    /// Begins a family; its samples follow.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        let escaped = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        self.text += "# HELP \(name) \(escaped)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: KeyValuePairs<String, String> = [:], _ value: Int64) {
        self.line(name, labels.map { ($0.key, $0.value) }, String(value))
    }

    mutating func sample(_ name: String, _ labels: KeyValuePairs<String, String> = [:], seconds: Double) {
        self.line(name, labels.map { ($0.key, $0.value) }, "\(seconds)")
    }

    private mutating func line(_ name: String, _ labels: [(name: String, value: String)], _ value: String) {
        self.text += name
        if !labels.isEmpty {
            self.text += "{" + labels.map { "\($0.name)=\"\(Self.escape($0.value))\"" }.joined(separator: ",") + "}"
        }
        self.text += " \(value)\n"
    }

    private static func escape(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

extension MetricsText {
    /// The samples of one histogram.
    ///
    /// - Parameters:
    ///   - bounds: upper bounds in microseconds; they are written in seconds, as is the sum.
    ///   - cumulative: for each bound the count at or below it, and last the count of all.
    ///   - sum: microseconds.
    mutating func histogram(
        _ name: String, _ labels: KeyValuePairs<String, String>, bounds: [Int64], cumulative: [Int64], sum: Int64
    ) {
        let total = cumulative.last ?? 0
        for (bound, count) in zip(bounds, cumulative) {
            self.bucket(name, labels, "\(Double(bound) / 1_000_000)", count)
        }
        self.bucket(name, labels, "+Inf", total)
        self.sample(name + "_sum", labels, seconds: Double(sum) / 1_000_000)
        self.sample(name + "_count", labels, total)
    }

    private mutating func bucket(
        _ name: String, _ labels: KeyValuePairs<String, String>, _ bound: String, _ count: Int64
    ) {
        self.line(name + "_bucket", labels.map { ($0.key, $0.value) } + [("le", bound)], String(count))
    }
}
