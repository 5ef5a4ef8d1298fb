/// Everything that one run found.
public struct Report: Codable, Sendable {
    /// When it began, as RFC 3339 has it.
    public var date: String
    public var machine: Machine
    /// What was compared, and the version of each.
    public var versions: [String]
    public var rows: [Row]

    public struct Machine: Codable, Sendable {
        public var system: String
        public var processor: String
        public var cores: Int
        public var memoryBytes: Int

        public init(system: String, processor: String, cores: Int, memoryBytes: Int) {
            self.system = system
            self.processor = processor
            self.cores = cores
            self.memoryBytes = memoryBytes
        }
    }

    /// One kind of work: what everybody did, and what is made of it.
    public struct Row: Codable, Sendable {
        public var id: String
        public var title: String
        public var judgements: [Judgement]
        public var measurements: [Measurement]
        public var notes: [String]

        public init(
            id: String, title: String, judgements: [Judgement] = [], measurements: [Measurement] = [],
            notes: [String] = []
        ) {
            self.id = id
            self.title = title
            self.judgements = judgements
            self.measurements = measurements
            self.notes = notes
        }
    }

    public init(date: String, machine: Machine, versions: [String], rows: [Row] = []) {
        self.date = date
        self.machine = machine
        self.versions = versions
        self.rows = rows
    }
}
