import RegistryModel

extension BodyReader {
    /// Strings, at most `limit`; what is beyond is passed over and said.
    mutating func strings(limit: Int) throws(JSONError) -> [String]? {
        guard try self.beginArray() else { return nil }
        var strings: [String] = []
        var count = 0
        while try self.nextElement(count) {
            count += 1
            if self.isBeyond(limit, count) {
                try self.json.skip()
            } else if try self.takeNull() {
                self.fail("is null; it must be a string")
            } else if let string = try self.string() {
                strings.append(string)
            }
        }
        self.check(count, limit, "entries")
        return strings
    }

    /// Pairs of text. A key whose value is null is left out.
    mutating func metadata() throws(JSONError) -> Metadata? {
        guard try self.beginObject() else { return nil }
        var metadata = Metadata()
        var count = 0
        while let key = try self.nextKey() {
            count += 1
            if self.isBeyond(Limits.metadataPairs, count) {
                try self.json.skip()
            } else if let value = try self.string() {
                metadata[key.string] = value
            }
        }
        self.check(count, Limits.metadataPairs, "pairs")
        return metadata
    }

    mutating func ports() throws(JSONError) -> [NamedPort]? {
        guard try self.beginObject() else { return nil }
        var ports: [NamedPort] = []
        var count = 0
        while let key = try self.nextKey() {
            count += 1
            if self.isBeyond(Limits.namedPorts, count) {
                try self.json.skip()
            } else if let port = try self.port() {
                let name = key.string
                ports.removeAll { $0.name == name }
                ports.append(NamedPort(name: name, port: port))
            }
        }
        self.check(count, Limits.namedPorts, "entries")
        return ports.sorted { $0.name < $1.name }
    }

    mutating func locality() throws(JSONError) -> Locality? {
        guard try self.beginObject() else { return nil }
        var locality = Locality()
        while let key = try self.nextKey() {
            switch key {
            case Field.region: locality.region = try self.string() ?? ""
            case Field.zone: locality.zone = try self.string() ?? ""
            default: try self.skipUnknown()
            }
        }
        return locality
    }

    /// Says so when there were more than `limit`.
    mutating func check(_ count: Int, _ limit: Int, _ what: StaticString) {
        if self.isBeyond(limit, count) { self.fail("has \(count) \(what); at most \(limit) are allowed") }
    }

    /// The limits are those of requests; a newer server's may be other ones.
    func isBeyond(_ limit: Int, _ count: Int) -> Bool { count > limit && !self.isTolerant }
}
