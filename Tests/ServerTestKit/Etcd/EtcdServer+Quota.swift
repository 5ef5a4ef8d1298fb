import Foundation

extension EtcdServer {
    private static let filler = "/filler/"

    /// Writes large values of somebody else's until there is no room left.
    public func fill() async throws {
        let value = String(repeating: "x", count: 1 << 20)
        for number in 0..<1_000 {
            do {
                try await self.control("put", "\(Self.filler)\(number)", input: value)
            } catch let failure as ControlFailure where failure.output.contains("exceeded") {
                return
            }
        }
        throw ControlFailure(output: "1,000 MiB are not enough to use up the quota")
    }

    /// Takes them away, gives what they took back to the quota, and disarms the alarm. Of one member, for all.
    public func makeRoom() async throws {
        try await self.control("del", "--prefix", Self.filler)
        let status = try await self.control("endpoint", "status", "--write-out", "json")
        guard let range = status.range(of: #""revision":"#),
            let revision = Int(status[range.upperBound...].prefix { $0.isNumber })
        else { throw ControlFailure(output: status) }
        try await self.control("compact", "--physical", "\(revision)")
        try await self.control("defrag")
        try await self.control("alarm", "disarm")
    }
}
