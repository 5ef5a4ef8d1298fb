import ArgumentParser
import BenchmarkFigures
import FoundationEssentials
import LoadGeneration
import Peers

/// Runs the rows and prints the table.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the rows and print the table.",
        discussion: "Rows: " + Rows.all.map { "\($0.id) (\($0.title))" }.joined(separator: "; ") + ".")

    @Option(help: "The release build of rollcall.")
    var rollcall = ".build/release/rollcall"

    @Option(help: "Rows to run, separated by commas; all without it.")
    var rows: String?

    @Option(help: "Seconds that one measurement takes.")
    var duration = 5

    @Option(help: "Rounds; in each, everybody is measured once, one after another.")
    var rounds = 3

    @Option(help: "Where data is put meanwhile: a directory on a disk.")
    var directory = "/tmp"

    @Option(help: "A file for everything as JSON.")
    var output: String?

    @Option(help: "A file for the tables as Markdown.")
    var markdown: String?

    @Option(help: "Instances of the row `scale`; a whole number of thousands.")
    var instances = 1_000_000

    func validate() throws {
        guard self.duration > 0, self.rounds > 0 else { throw ValidationError("Duration and rounds are above 0.") }
        guard self.instances >= 10_000, self.instances.isMultiple(of: 1_000) else {
            throw ValidationError("--instances is at least 10000, and a multiple of 1000.")
        }
        _ = try self.chosenRows
    }

    private var chosenRows: [any BenchmarkRow] {
        get throws {
            guard let rows = self.rows, !rows.isEmpty else { return Rows.all }
            return try rows.split(separator: ",").map { name in
                guard let row = Rows.all.first(where: { $0.id == name }) else {
                    throw ValidationError(
                        "There is no row \(name); there are \(Rows.all.map(\.id).joined(separator: ", ")).")
                }
                return row
            }
        }
    }

    func run() async throws {
        let place = try Workplace(in: self.directory)
        let signals = Interruption(cleaning: place)
        defer { signals.end() }
        do {
            try await self.measure(in: place)
            try place.remove()
        } catch {
            try place.remove()
            throw error
        }
    }

    private func measure(in place: Workplace) async throws {
        OpenFiles.raiseLimit()
        let bench = Bench(
            place: place, executable: self.rollcall, seconds: self.duration, rounds: self.rounds,
            scale: self.instances)
        var report = Report(
            date: Date().formatted(.iso8601), machine: Surroundings.machine, versions: try await bench.versions())
        var hasFailed = false
        for row in try self.chosenRows {
            bench.say("\(row.id): \(row.title)")
            do {
                report.rows.append(try await row.run(bench))
            } catch {
                // The other rows are worth having.
                hasFailed = true
                bench.say("  failed: \(error)")
                report.rows.append(Report.Row(id: row.id, title: row.title, notes: ["FAILED: \(error)"]))
            }
            try self.write(report)
        }
        print(report.text)
        if hasFailed { throw ExitCode.failure }
    }

    private func write(_ report: Report) throws {
        if let output {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try SystemFile.write(Array(encoder.encode(report)), to: output)
        }
        if let markdown { try SystemFile.write(Array(report.markdown.utf8), to: markdown) }
    }
}
