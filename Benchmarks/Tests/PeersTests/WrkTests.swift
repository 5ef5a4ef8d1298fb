import Peers
import Testing

struct WrkTests {
    private static let output = """
        Running 5s test @ http://127.0.0.1:8080/
          2 threads and 64 connections
          Thread Stats   Avg      Stdev     Max   +/- Stdev
            Latency     1.46ms    2.89ms   1.20s    91.86%
            Req/Sec    36.24k     8.11k   50.37k    68.00%
          Latency Distribution
             50%  612.00us
             75%    1.12ms
             90%    3.66ms
             99%   14.62ms
          360561 requests in 5.03s, 1.62GB read
        Requests/sec:  71646.54
        Transfer/sec:    329.66MB
        """

    @Test func itsFiguresAreRead() throws {
        let outcome = try #require(Wrk.Outcome(Self.output, cores: 0.5))
        #expect(outcome.rate == 71_646.54)
        #expect(outcome.p50 == 0.612)
        #expect(outcome.p99 == 14.62)
        #expect(outcome.max == 1_200)
        #expect(outcome.cores == 0.5)
    }

    @Test(arguments: ["  Non-2xx or 3xx responses: 3", "  Socket errors: connect 0, read 0, write 0, timeout 1"])
    func aRunWithErrorsIsNoFigure(_ line: String) { #expect(Wrk.Outcome(Self.output + "\n" + line, cores: 1) == nil) }

    @Test func whatIsNotItsOutputIsNoFigure() { #expect(Wrk.Outcome("unable to connect", cores: 1) == nil) }
}
