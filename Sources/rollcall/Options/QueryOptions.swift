import ArgumentParser
import RollcallClient

/// Which instances are wanted, by what they are.
struct TraitOptions: ParsableArguments {
    @Option(name: .customLong("tag"), parsing: .singleValue, help: "Only with this tag; repeated: with all of them.")
    var tags: [String] = []

    @Option(
        name: [.customLong("version"), .customLong("version-range")],
        help: "Only of this version, or in this range, such as \"^1.2\" or \">=1 <3\".")
    var version: String?

    @Option(help: "Only in this zone.")
    var zone: String?

    @Option(help: "Only in this region.")
    var region: String?

    @Option(name: .customLong("protocol"), help: "Only those that speak this.")
    var protocolName: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Only with this metadata; repeated: with all of it.", valueName: "key=value"))
    var metadata: [KeyValue] = []

    var query: InstanceQuery {
        InstanceQuery(
            tags: self.tags, version: self.version, zone: self.zone, region: self.region, protocol: self.protocolName,
            metadata: self.metadata.metadata)
    }
}

/// Which instances are wanted, by how they are.
struct StateOptions: ParsableArguments {
    enum HealthArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
        case up
        case down
        case unknown
        case any
    }

    @Option(help: "Only those whose owner says this. (default: UP)")
    var status: InstanceStatus?

    @Option(help: "Only those observed so; any: all instances. (default: up)")
    var health: HealthArgument?

    func add(to query: InstanceQuery) -> InstanceQuery {
        var query = query
        query.status = self.status
        switch self.health {
        case nil: break
        case .up: query.health = .state(.up)
        case .down: query.health = .state(.down)
        case .unknown: query.health = .state(.unknown)
        case .any: query.health = .any
        }
        return query
    }
}

/// Which page of a list.
struct PageOptions: ParsableArguments {
    @Option(help: "At most so many, 1 to 1000. (default: all, page by page)")
    var limit: Int?

    @Option(help: "Where a page ended before.")
    var cursor: String?
}
