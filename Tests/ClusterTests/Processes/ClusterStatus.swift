import AsyncHTTPClient
import Foundation
import RollcallClient
import ServerTestKit

/// What a node says of the cluster (`GET /v1/cluster`), as far as the tests look at it.
struct ClusterStatus: Sendable {
    /// What one node's newest digest says.
    struct Member: Sendable, Hashable {
        let node: String
        let revision: Int64
        let hash: String
    }

    let members: [Member]

    private struct Document: Decodable {
        struct Entry: Decodable {
            let node: String?
            let id: String?
            let revision: Int64?
            let hash: String?
        }
        let members: [Entry]
    }

    init(_ body: [UInt8]) throws {
        self.members = try JSONDecoder().decode(Document.self, from: Data(body)).members.compactMap { entry in
            guard let hash = entry.hash, let revision = entry.revision else { return nil }
            return Member(node: entry.node ?? entry.id ?? "", revision: revision, hash: hash)
        }
    }

    static func read(_ node: RollcallNode, _ http: HTTPClient) async throws -> ClusterStatus {
        let answer = try await http.get("http://\(node.address)/v1/cluster")
        guard answer.status == 200 else { throw Unreadable(status: answer.status) }
        return try ClusterStatus(answer.body)
    }

    struct Unreadable: Error {
        let status: UInt
    }
}

/// P9: nodes that have applied the same say the same of it.
struct HashChecker: Sendable {
    private(set) var violations: [String] = []
    private(set) var compared = 0
    private var known: [Int64: ClusterStatus.Member] = [:]

    mutating func take(_ member: ClusterStatus.Member) {
        guard let other = self.known[member.revision] else {
            self.known[member.revision] = member
            return
        }
        if other.node != member.node { self.compared += 1 }
        if other.hash != member.hash {
            self.violations.append(
                "P9: at \(member.revision) \(member.node) has \(member.hash), and \(other.node) \(other.hash)")
        }
    }
}
