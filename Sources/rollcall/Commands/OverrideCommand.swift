import ArgumentParser
import RollcallClient

struct OverrideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "override",
        abstract: "Decide on the status or weight of instances, whatever their owners say.",
        subcommands: [SetOverride.self, LiftOverride.self, ListOverrides.self])

    /// What is decided on.
    struct Subject: ParsableArguments {
        @Argument(help: "The name of the service.") var service: String
        @Argument(help: "The id of an instance. (default: all of the service)") var instance: String?

        func key(_ client: RollcallClient) -> OverrideKey {
            OverrideKey(service: client.service(self.service), instance: self.instance)
        }
    }

    struct SetOverride: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Decide on an instance, or on all of a service.")

        @OptionGroup var subject: Subject

        @Option(help: "UP, DRAINING or OUT_OF_SERVICE.", completion: .list(OverrideRequest.statuses.map(\.description)))
        var status: InstanceStatus?

        @Option(help: "The share of the calls, 0 to 65535.") var weight: UInt16?
        @Option(help: "Why: it is shown to everyone who looks at the instance.") var reason = ""
        @Option(help: "How long it holds, such as 2h. (default: until it is lifted)") var expiresAfter: TimeSpan?

        @OptionGroup(title: "Registry") var client: ClientOptions
        @OptionGroup var output: OutputOptions

        private var request: OverrideRequest {
            OverrideRequest(
                status: self.status, weight: self.weight, reason: self.reason, expiresAfter: self.expiresAfter)
        }

        func validate() throws {
            if self.status == nil, self.weight == nil { throw ValidationError("Give --status, --weight or both.") }
            let faults = self.request.validate()
            guard faults.isEmpty else {
                throw ValidationError(faults.map { "\($0.field) \($0.message)" }.joined(separator: "\n"))
            }
        }

        func run() async throws {
            try await self.client.withClient { client in
                let answer = try await client.override(self.subject.key(client), self.request)
                self.output.write(answer) { Reports.overrides([$0]) }
            }
        }
    }

    struct LiftOverride: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lift", abstract: "Take a decision back, so that the owner's values count again.")

        @OptionGroup var subject: Subject
        @OptionGroup(title: "Registry") var client: ClientOptions

        func run() async throws {
            try await self.client.withClient { client in
                let key = self.subject.key(client)
                let revision = try await client.liftOverride(key)
                let place = revision.map { " at revision \($0)" } ?? ""
                Console.write("The override of \(Table.printable(key.description)) is lifted\(place).\n")
            }
        }
    }

    struct ListOverrides: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List what was decided in a namespace; in all with --namespace '*'.")

        @Option(help: "Only on this service and its instances.") var service: String?

        @OptionGroup var page: PageOptions
        @OptionGroup(title: "Registry") var client: ClientOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await self.client.withClient { client in
                try await self.page.write(self.output, Reports.overrides) { limit, cursor throws(RollcallClientError) in
                    try await client.overrides(service: self.service, limit: limit, cursor: cursor)
                }
            }
        }
    }
}

extension Reports {
    static func overrides(_ documents: [OverrideDocument]) -> String {
        var table = Table("SERVICE", "INSTANCE", "STATUS", "WEIGHT", "EXPIRES", "ACTOR", "SINCE", "REASON")
        for document in documents {
            let override = document.override
            table.add(
                document.key.service.description, document.key.instance ?? "*", override.status?.description ?? "",
                override.weight.map { String($0) } ?? "", override.expiresAt?.description ?? "", override.actor,
                override.createdAt.description, override.reason)
        }
        return table.description
    }
}
