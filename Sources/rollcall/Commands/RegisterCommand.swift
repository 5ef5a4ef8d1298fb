import ArgumentParser
import RollcallClient

struct RegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Put an instance on the roll.",
        discussion: """
            The instance is present for as long as its heartbeats go on: see `heartbeat`, or let `run` do all of it. \
            With --ttl never it stays without, and so it does with --check: then the registry looks for itself.
            """)

    @OptionGroup(title: "Instance") var instance: InstanceOptions

    @Option(help: "How long a heartbeat holds, such as 10s, or never. (default: the registry's)")
    var ttl: Lifetime?

    @Option(help: "What the owner says of it. (default: UP)")
    var status: InstanceStatus?

    @Option(help: "A number that the process chose; a later one replaces an earlier one.")
    var incarnation: Int64?

    @Option(
        name: .shortAndLong, help: "Read what is to be registered, one or many, from a JSON file; -: standard input.",
        completion: .file(extensions: ["json"]))
    var file: String?

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let isNamed = self.instance.service != nil || self.instance.port != nil
        if self.file != nil, isNamed { throw ValidationError("Give either --file or --service and --port.") }
        if self.file == nil { _ = try self.registration() }
    }

    func run() async throws {
        guard let file = self.file else {
            let registration = try self.registration()
            return try await self.client.withClient { client in
                self.output.write(try await client.register(registration), Reports.registered)
            }
        }
        let document = try Self.read(file)
        try await self.client.withClient { client in
            if Self.isBatch(document) {
                let answer = try await client.registerMany(document: document)
                self.output.write(answer, Reports.batch)
                if answer.value.hasFailures { throw ExitCode(Outcome.failed) }
            } else {
                self.output.write(try await client.register(document: document), Reports.registered)
            }
        }
    }

    private func registration() throws -> Registration {
        try self.instance.registration(
            namespace: self.client.namespace, ttl: self.ttl, status: self.status, incarnation: self.incarnation)
    }

    /// The largest batch that the server takes.
    private static let largestFile = 4 << 20

    private static func read(_ file: String) throws -> [UInt8] {
        guard file == "-" else { return try Console.readFile(file, limit: self.largestFile) }
        guard let bytes = Console.readAll(limit: self.largestFile) else {
            throw ConsoleError("Standard input cannot be read, or is larger than \(self.largestFile) bytes.")
        }
        return bytes
    }

    /// Whether the document has `instances`. What is no JSON goes to the server as it is, which says what is wrong with it.
    private static func isBatch(_ document: [UInt8]) -> Bool {
        document.withUnsafeBufferPointer { bytes in
            var reader = JSONReader(bytes)
            do throws(JSONError) {
                try reader.beginObject()
                while let key = try reader.nextKey() {
                    if key.string == Field.instances.description { return true }
                    try reader.skip()
                }
            } catch { return false }
            return false
        }
    }
}
