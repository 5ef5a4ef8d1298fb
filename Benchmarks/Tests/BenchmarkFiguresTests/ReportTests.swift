import BenchmarkFigures
import Foundation
import Testing

struct ReportTests {
    private var report: Report {
        let ours = Measurement(
            subject: "rollcall", work: "closed loop", unit: "requests",
            rounds: [.init(rate: 50_000, latency: Latency(p50: 1, p99: 2, max: 3), serverCPU: 1.2, generatorCPU: 0.8)])
        let peer = Measurement(
            subject: "bare SwiftNIO", work: "closed loop", unit: "requests", rounds: [.init(rate: 100_000)])
        let target = Target("÷ bare SwiftNIO", .ratio, .atLeast, floor: 0.6, aim: 0.9)
        let row = Report.Row(
            id: "discover", title: "discover", judgements: [Judgement(target, ours, to: peer)].compactMap { $0 },
            measurements: [ours, peer], notes: ["a note"])
        let machine = Report.Machine(system: "Linux", processor: "one|two", cores: 2, memoryBytes: 8 << 30)
        return Report(date: "2026-03-01T00:00:00Z", machine: machine, versions: ["rollcall 1"], rows: [row])
    }

    @Test func aRowSaysWhatWasFoundAndWhatOfIt() {
        let line = self.report.verdicts.markdown.split(separator: "\n").map(String.init).last
        #expect(
            line == "| discover: ÷ bare SwiftNIO | 50,000 requests/s | bare SwiftNIO 100,000 requests/s | 0.50 × "
                + "| 0.60 × | 0.90 × | FLOOR MISSED |")
    }

    @Test func figuresThatWereNotTakenAreDashes() {
        let lines = self.report.figures.markdown.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(
            lines[2]
                == "| discover | rollcall | closed loop | 50,000 requests/s | 1.00 ms | 2.00 ms | 3.00 ms | 1.20 | 24.00 µs | 0.80 |"
        )
        #expect(lines[3].hasSuffix("| 100,000 requests/s | – | – | – | – | – | – |"))
    }

    @Test func columnsOfATextAreAligned() {
        var table = Table(["a", "longer"])
        table.append(["word", "x"])
        table.append(["w"])
        #expect(table.text == "a     longer\n----  ------\nword  x\nw")
    }

    @Test func aBarInACellIsNotAColumn() {
        var table = Table(["a"])
        table.append(["one|two"])
        #expect(table.markdown == "| a |\n| --- |\n| one\\|two |")
    }

    @Test func theReportComesBackFromItsJSON() throws {
        let decoded = try JSONDecoder().decode(Report.self, from: JSONEncoder().encode(self.report))
        #expect(decoded.rows.first?.measurements == self.report.rows.first?.measurements)
        #expect(decoded.rows.first?.judgements == self.report.rows.first?.judgements)
        #expect(decoded.markdown == self.report.markdown)
    }
}
