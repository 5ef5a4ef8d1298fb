/// One or more members of one etcd.
public final class EtcdCluster: Sendable {
    public let members: [EtcdServer]

    /// - Parameter arguments: for every member, besides addresses and directories.
    public init(size: Int = 3, arguments: [String] = [], environment: [String: String] = [:]) throws {
        let ports = try (0..<size).map { _ in (client: try FreePort.take(), peer: try FreePort.take()) }
        let all = ports.enumerated().map { "m\($0)=http://127.0.0.1:\($1.peer)" }.joined(separator: ",")
        self.members = try ports.enumerated().map { index, port in
            try EtcdServer(
                name: "m\(index)", port: port.client, peerPort: port.peer, initialCluster: all, arguments: arguments,
                environment: environment)
        }
    }

    /// Starts every member, and waits for none.
    public func launch() throws { for member in self.members { try member.start() } }

    public func stop() { for member in self.members { member.stop() } }

    /// The place of the member that leads, as the first that answers says; nil while none does.
    public func leader() async -> Int? {
        for (place, member) in self.members.enumerated() {
            // Address, id, version, size, whether it leads, ….
            let status = try? await member.control("endpoint", "status", "--command-timeout", "1s")
            if status?.split(separator: ", ").dropFirst(4).first == "true" { return place }
        }
        return nil
    }

    /// The end of what each member wrote, and whether it runs.
    public var logs: String {
        self.members.map { "\($0.name)\($0.isAlive ? "" : ", which has ended"): …\($0.log.suffix(800))" }.joined(
            separator: "\n")
    }

    /// Whether a write is taken that was asked of every member.
    public var isHealthy: Bool {
        get async {
            for member in self.members {
                let health = try? await member.control("endpoint", "health", "--command-timeout", "2s")
                guard health != nil else { return false }
            }
            return true
        }
    }
}
