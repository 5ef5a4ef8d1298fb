import BenchmarkFigures
import LoadGeneration
import NIOCore
import Peers

/// One heartbeat a request, beside a server that does nothing but send the same bytes.
struct HeartbeatRow: BenchmarkRow {
    let id = "heartbeat"
    let title = "heartbeat, one per request, 64 connections, 1,000 instances"

    private let instances = 1_000

    func run(_ bench: Bench) async throws -> Report.Row {
        try await bench.withRollcall { rollcall in
            _ = try await Fixture.register(self.instances, at: rollcall.address)
            let caller = try await HTTPCaller(rollcall.address)
            let answer = try await caller.ask("PUT", self.path(0))
            try await caller.close()
            return try await Server.withBareServer(bench.place, answer: Array(answer.bytes.readableBytesView)) { bare in
                var comparison = Comparison(
                    bench: bench, subjects: [rollcall.server, bare].map { Subject($0, source: self.source($0)) },
                    path: "/", script: try self.script(bench.place))
                try await comparison.run()
                var row = Report.Row(id: self.id, title: self.title, measurements: comparison.measurements)
                let target = Target("÷ bare SwiftNIO", .ratio, .atLeast, floor: 0.6, aim: 0.9)
                let (ours, peer) = (comparison.subjects[0].closed, comparison.subjects[1].closed)
                row.judgements = [Judgement(target, ours, to: peer)].compactMap { $0 }
                return row
            }
        }
    }

    private func path(_ number: Int) -> String {
        "/v1/services/\(Fixture.service(number / 10))/instances/\(Fixture.instance(number))/health"
    }

    private func source(_ server: Server) -> RequestSource {
        let host = "127.0.0.1:\(server.port)"
        return Requests.rotating((0..<self.instances).map { RequestBytes.request("PUT", self.path($0), host: host) })
    }

    /// For wrk: all requests ready beforehand, one after another.
    private func script(_ place: Workplace) throws -> String {
        let path = try place.directory("heartbeats") + "/requests.lua"
        let requests = (0..<self.instances).map { number in
            #"  "PUT \#(self.path(number)) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n","#
        }
        let text = """
            local requests = {
            \(requests.joined(separator: "\n"))
            }
            local last = 0
            request = function()
              last = last % #requests + 1
              return requests[last]
            end

            """
        try SystemFile.write(Array(text.utf8), to: path)
        return path
    }
}
