import NIOHTTP1
import RegistryHealth
import RegistryModel

extension HTTPRequestHead {
    /// The request of an http check.
    ///
    /// - Throws: for what would be more than one request. Registrations with such fields are refused; this is the last line.
    init(_ question: ProbeQuestion) throws(ProbeFault) {
        let probe = question.target.probe
        guard !probe.method.isEmpty, probe.method.utf8.allSatisfy(Self.isVisible),
            probe.path.hasPrefix("/"), probe.path.utf8.allSatisfy(Self.isVisible)
        else { throw ProbeFault(.rejected, "its method or its path cannot be sent") }
        self.init(version: .http1_1, method: HTTPMethod(rawValue: probe.method), uri: probe.path)
        self.headers.add(name: "host", value: question.authority)
        self.headers.add(name: "user-agent", value: "rollcall-health")
        for header in probe.headers.pairs where !Self.framing.contains(header.key.lowercased()) {
            self.headers.replaceOrAdd(name: header.key, value: header.value)
        }
        if [.POST, .PUT, .PATCH].contains(self.method) { self.headers.add(name: "content-length", value: "0") }
        if !question.mayKeep { self.headers.add(name: "connection", value: "close") }
    }

    private static func isVisible(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }

    /// They belong to the connection.
    private static let framing: Set = ["connection", "content-length", "transfer-encoding", "upgrade"]
}

extension ProbeQuestion {
    /// Host and port as they are written in a URL, the port left out when it is the usual one.
    var authority: String {
        let host = self.target.host.contains(":") ? "[\(self.target.host)]" : self.target.host
        return self.target.port == (self.isOverTLS ? 443 : 80) ? host : "\(host):\(self.target.port)"
    }
}
