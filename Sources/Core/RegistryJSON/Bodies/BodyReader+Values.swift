import RegistryModel

extension BodyReader {
    mutating func string() throws(JSONError) -> String? { try self.text()?.string }

    /// A string where it stands.
    mutating func text() throws(JSONError) -> JSONText? {
        guard try self.next(is: .string) else { return nil }
        return try self.json.text()
    }

    mutating func bool() throws(JSONError) -> Bool? {
        guard try self.next(is: .bool) else { return nil }
        return try self.json.bool()
    }

    /// A whole number within `range`; `what` says what it is: "a port".
    mutating func integer(_ range: ClosedRange<Int64>, _ what: StaticString) throws(JSONError) -> Int64? {
        guard try self.next(is: .number) else { return nil }
        switch try self.json.number() {
        case .integer(let value) where range.contains(value): return value
        case .integer(let value): self.fail("is \(value); \(what) is \(range.lowerBound) to \(range.upperBound)")
        case .real(let value):
            self.fail("is \(value); \(what) is a whole number, \(range.lowerBound) to \(range.upperBound)")
        case .outOfRange: self.fail("is out of range; \(what) is \(range.lowerBound) to \(range.upperBound)")
        }
        return nil
    }

    /// A count that is never negative.
    mutating func count(_ what: StaticString) throws(JSONError) -> Int64? {
        try self.integer(0...Limits.largestInteger, what)
    }

    mutating func port() throws(JSONError) -> UInt16? {
        try self.integer(1...65_535, "a port").map { UInt16($0) }
    }

    mutating func weight() throws(JSONError) -> UInt16? {
        try self.integer(0...65_535, "a weight").map { UInt16($0) }
    }

    mutating func incarnation() throws(JSONError) -> Int64? { try self.count("an incarnation") }

    mutating func revision() throws(JSONError) -> Revision? { try self.count("a revision").map { Revision($0) } }

    mutating func double() throws(JSONError) -> Double? {
        guard try self.next(is: .number) else { return nil }
        if let value = try self.json.number().double { return value }
        self.fail("is out of range for a number")
        return nil
    }

    /// A string with a meaning, such as a duration. `read` gives nil for what has none, and `what` then says how it is spelled;
    /// in an answer it reads as `unknown` instead.
    mutating func spelled<Value>(
        _ read: (String) -> Value?, _ what: @autoclosure () -> String, unknown: Value? = nil
    ) throws(JSONError) -> Value? {
        guard let text = try self.string() else { return nil }
        if let value = read(text) { return value }
        if self.isTolerant { return unknown }
        self.fail("is \"\(FieldCheck.excerpt(text))\"; it must be \(what())")
        return nil
    }

    /// A status that only a newer server knows must not pass for UP.
    mutating func status() throws(JSONError) -> InstanceStatus? {
        try self.spelled({ InstanceStatus($0) }, Self.list(InstanceStatus.allCases), unknown: .outOfService)
    }

    mutating func healthState() throws(JSONError) -> HealthState? {
        try self.spelled({ HealthState($0) }, Self.list(HealthState.allCases))
    }

    mutating func checkKind() throws(JSONError) -> HealthCheck.Kind? {
        try self.spelled({ HealthCheck.Kind($0) }, Self.list(HealthCheck.Kind.allCases))
    }

    mutating func timeSpan() throws(JSONError) -> TimeSpan? {
        try self.spelled({ TimeSpan($0) }, "a duration such as 10s or 1h30m")
    }

    mutating func lifetime() throws(JSONError) -> Lifetime? {
        try self.spelled({ Lifetime($0) }, "a duration such as 10s or 1h30m, or never")
    }

    mutating func timestamp() throws(JSONError) -> Timestamp? {
        try self.spelled({ Timestamp($0) }, "a time as RFC 3339 has it, such as 2026-03-01T12:30:45Z")
    }

    /// "UP, STARTING or DOWN".
    private static func list(_ cases: [some CustomStringConvertible]) -> String {
        let names = cases.map(\.description)
        return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }
}
