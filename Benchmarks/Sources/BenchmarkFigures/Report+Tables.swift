extension Report {
    /// What was to be reached, and what was.
    public var verdicts: Table {
        var table = Table(["row", "rollcall", "peer", "found", "floor", "aim", "verdict"])
        for row in self.rows {
            for judgement in row.judgements {
                let target = judgement.target
                table.append([
                    "\(row.id): \(target.name)", judgement.ours, judgement.peer,
                    target.quantity.text(judgement.value), target.floor.map(target.quantity.text) ?? "–",
                    target.aim.map(target.quantity.text) ?? "–", judgement.verdict.rawValue,
                ])
            }
        }
        return table
    }

    /// Everything that was measured, medians over the rounds.
    public var figures: Table {
        var table = Table([
            "row", "who", "work", "rate", "p50", "p99", "max", "server CPU", "CPU per unit", "generator CPU",
        ])
        for row in self.rows {
            for measurement in row.measurements {
                let latency = measurement.latency
                table.append([
                    row.id, measurement.subject, measurement.work,
                    measurement.rate.map { "\(Quantity.perSecond.text($0)) \(measurement.unit)/s" } ?? "–",
                    Self.text(latency?.p50), Self.text(latency?.p99), Self.text(latency?.max),
                    Self.cores(measurement.serverCPU),
                    measurement.serverMicroseconds.map { Quantity.fixed($0, digits: 2) + " µs" } ?? "–",
                    Self.cores(measurement.generatorCPU),
                ])
            }
        }
        return table
    }

    private static func text(_ milliseconds: Double?) -> String {
        milliseconds.map(Quantity.milliseconds.text) ?? "–"
    }

    private static func cores(_ cores: Double?) -> String {
        cores.map { Quantity.fixed($0, digits: 2) } ?? "–"
    }

    private var notes: [String] { self.rows.flatMap { row in row.notes.map { "\(row.id): \($0)" } } }

    private var origin: String {
        let memory = Quantity.fixed(Double(self.machine.memoryBytes) / Double(1 << 30), digits: 1)
        return "\(self.date), \(self.machine.cores) cores (\(self.machine.processor)), \(memory) GiB, "
            + "\(self.machine.system); " + self.versions.joined(separator: ", ")
    }

    /// For a terminal.
    public var text: String {
        ([self.origin, "", self.verdicts.text, "", self.figures.text, ""] + self.notes).joined(separator: "\n")
    }

    /// For a page of documentation.
    public var markdown: String {
        let notes = self.notes.map { "- " + $0 }
        return ([self.origin, "", self.verdicts.markdown, "", self.figures.markdown, ""] + notes)
            .joined(separator: "\n") + "\n"
    }
}
