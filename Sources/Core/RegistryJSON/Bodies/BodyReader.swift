import RegistryModel

/// Reads a body whose fields may be at fault: it collects what is wrong under the field's path and goes on, so that one
/// answer names everything. Text that is not JSON ends it at once.
///
/// A reading function returns nil when the value is null, which counts as absent, or at fault. It always consumes the value.
struct BodyReader {
    var json: JSONReader
    var path = FieldPath()
    var errors: [FieldError] = []
    var warnings: [String] = []
    /// Errors that earlier items of a batch have had; they count for the limit.
    var earlierErrors = 0
    /// Set for answers: they may come from a newer server, so unknown fields and spellings are passed over.
    let isTolerant: Bool

    init(_ bytes: UnsafeBufferPointer<UInt8>, isTolerant: Bool = false) {
        self.json = JSONReader(bytes)
        self.isTolerant = isTolerant
    }

    // MARK: Faults

    /// Says what is wrong with the value where the reader is.
    mutating func fail(_ message: @autoclosure () -> String) {
        if self.mayFail { self.errors.append(FieldError(field: self.path.text, message: message())) }
    }

    /// Says what is wrong with a field of the object that was read last.
    mutating func fail(_ field: String, _ message: @autoclosure () -> String) {
        if self.mayFail { self.errors.append(FieldError(field: self.path.text(of: field), message: message())) }
    }

    mutating func failMissing(_ field: StaticString, _ what: StaticString) {
        self.fail(field.description, "is missing; \(what)")
    }

    /// The same, but not of a field that has had a fault of its own: one of another type is not missing.
    mutating func failMissing(_ field: StaticString, _ what: StaticString, unlessSaidSince earlierFaults: Int) {
        let path = self.path.text(of: field.description)
        if !self.errors[earlierFaults...].contains(where: { $0.field == path }) { self.failMissing(field, what) }
    }

    private var mayFail: Bool { self.errors.isEmpty || self.earlierErrors + self.errors.count < BodyLimits.errors }

    /// Passes over the value of a field that is not known, and warns of it.
    mutating func skipUnknown() throws(JSONError) {
        if self.mayWarn { self.warnings.append(self.path.text) }
        try self.json.skip()
    }

    /// Warns of a field of the object that was read last: it says nothing here.
    mutating func warn(_ field: StaticString) {
        if self.mayWarn { self.warnings.append(self.path.text(of: field.description)) }
    }

    private var mayWarn: Bool { !self.isTolerant && self.warnings.count < BodyLimits.warnings }

    // MARK: Structure

    /// Whether there is a value of this kind to read. If not it has been passed over: silently if it is null.
    mutating func next(is wanted: JSONReader.Kind) throws(JSONError) -> Bool {
        let kind = try self.json.peek()
        if kind == wanted { return true }
        if kind != .null { self.fail("is \(kind); it must be \(wanted)") }
        try self.json.skip()
        return false
    }

    /// Whether there is an object, which then is read by `nextKey` until that is nil.
    mutating func beginObject() throws(JSONError) -> Bool {
        guard try self.next(is: .object) else { return false }
        try self.json.beginObject()
        self.path.enter()
        return true
    }

    mutating func nextKey() throws(JSONError) -> JSONKey? {
        guard let key = try self.json.nextKey() else {
            self.path.leave()
            return nil
        }
        self.path.move(to: key)
        return key
    }

    /// Whether there is an array, which then is read by `nextElement` until that is false.
    mutating func beginArray() throws(JSONError) -> Bool {
        guard try self.next(is: .array) else { return false }
        try self.json.beginArray()
        self.path.enter()
        return true
    }

    mutating func nextElement(_ index: Int) throws(JSONError) -> Bool {
        guard try self.json.nextElement() else {
            self.path.leave()
            return false
        }
        self.path.move(to: index)
        return true
    }

    /// Whether the value is null, which then has been read.
    mutating func takeNull() throws(JSONError) -> Bool {
        guard try self.json.peek() == .null else { return false }
        try self.json.null()
        return true
    }
}
