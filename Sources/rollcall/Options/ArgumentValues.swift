public import ArgumentParser
public import RollcallClient

extension TimeSpan: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public var defaultValueDescription: String { self.description }
}

extension Lifetime: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public var defaultValueDescription: String { self.description }
}

extension InstanceStatus: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public var defaultValueDescription: String { self.description }
    public static var allValueStrings: [String] { Self.allCases.map(\.description) }
}

/// `key=value`; the value may have further `=`.
struct KeyValue: ExpressibleByArgument, Sendable, Hashable {
    let key: String
    let value: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
        self.key = String(argument[..<sign])
        self.value = String(argument[argument.index(after: sign)...])
    }
}

/// `name=port`.
struct PortArgument: ExpressibleByArgument, Sendable, Hashable {
    let port: NamedPort

    init?(argument: String) {
        guard let pair = KeyValue(argument: argument), let number = UInt16(pair.value), number > 0 else { return nil }
        self.port = NamedPort(name: pair.key, port: number)
    }
}

extension Duration {
    /// As times are written everywhere else: `1s250ms`.
    var text: String { TimeSpan(milliseconds: Int64(self / .milliseconds(1))).description }
}

extension [KeyValue] {
    var metadata: Metadata { Metadata(self.map { Metadata.Pair(key: $0.key, value: $0.value) }) }
}

extension HistoryQuery.Order: ExpressibleByArgument {}
