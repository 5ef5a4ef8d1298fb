import ArgumentParser
import RollcallClient
import UnixSignals

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow services: what is there, then a line for each change, until Ctrl-C.",
        discussion: """
            A line has the time, the revision, a sign, the service, the instance and the cause. The signs: = there from \
            the start, + new in the view, ~ changed, - gone from the view. With --output json a line is an event's data.
            """)

    @Argument(help: "The names of services. (default: all of the namespace)") var services: [String] = []

    @OptionGroup(title: "Filter") var filter: TraitOptions
    @OptionGroup(title: "Filter by state") var state: StateOptions

    @Option(help: "Begin after this revision, with what changed since.") var index: Int64?

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let scope: WatchScope = self.services.isEmpty ? .all : .services(self.services)
        let format = self.output.output
        try await self.client.withClient { client in
            let events = client.watch(
                scope, self.state.add(to: self.filter.query), from: self.index.map { Revision($0) })
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in signals { return } }
                group.addTask { try await Self.follow(events, format) }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private static func follow(_ events: WatchEvents, _ format: OutputFormat) async throws(RollcallClientError) {
        var lines = WatchLines()
        var hasBegun = false
        for try await event in events {
            switch event {
            case .update(let document, let json):
                hasBegun = true
                switch format {
                case .table: Console.write(lines.take(document))
                case .json: Console.write(json + [UInt8(ascii: "\n")])
                }
            case .interrupted(let error, let wait):
                // A registry that was never there is more likely a wrong address.
                guard hasBegun else { throw error }
                Console.note("\(error.message) Trying again in \(wait.text).")
            }
        }
    }
}
