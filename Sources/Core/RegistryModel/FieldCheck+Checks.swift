extension FieldCheck {
    /// Checks of one instance. What goes into a request of ours word by word must not be able to say more than its own field.
    mutating func checks(_ checks: [HealthCheck], _ field: @autoclosure () -> String) {
        self.entries(checks.count, Limits.checks, "entries", field())
        let checks = checks.prefix(Limits.checks)
        for (index, check) in checks.enumerated() {
            self.check(check, "\(field())[\(index)]")
            if checks[..<index].contains(where: { $0.name == check.name }) {
                self.fail(
                    "\(field())[\(index)].name",
                    "is \(Self.excerpt(check.name)), as that of an earlier check; names differ")
            }
        }
    }

    private mutating func check(_ check: HealthCheck, _ field: @autoclosure () -> String) {
        self.name(check.name, "\(field()).name")
        self.span(
            check.interval, check.isProbe ? Limits.checkInterval : Limits.timeToLive, "\(field()).interval")
        guard check.isProbe, check.probe != HealthCheck.Probe() else { return }
        let probe = check.probe
        self.timing(probe, interval: check.interval, field())
        if check.kind == .http { self.request(probe, field()) }
        if check.kind == .grpc { self.text(probe.service, Limits.checkServiceBytes, "\(field()).service") }
        if check.kind != .tcp, !probe.serverName.isEmpty, let fault = Hosts.fault(in: probe.serverName) {
            self.fail("\(field()).server_name", fault)
        }
    }

    private mutating func timing(
        _ probe: HealthCheck.Probe, interval: TimeSpan?, _ field: @autoclosure () -> String
    ) {
        self.span(probe.timeout, Limits.checkTimeout, "\(field()).timeout")
        self.span(probe.startPeriod, Limits.startPeriod, "\(field()).start_period")
        if let timeout = probe.timeout, let interval, timeout > interval, Limits.checkTimeout.contains(timeout) {
            self.fail("\(field()).timeout", "is \(timeout), more than the interval, \(interval)")
        }
        for (count, name) in [
            (probe.failuresBeforeDown, "failures_before_down"), (probe.successesBeforeUp, "successes_before_up"),
        ] {
            guard let count, !Limits.checkCount.contains(count) else { continue }
            let range = Limits.checkCount
            self.fail("\(field()).\(name)", "is \(count); it is \(range.lowerBound) to \(range.upperBound)")
        }
    }

    private mutating func span(
        _ span: TimeSpan?, _ range: ClosedRange<TimeSpan>, _ field: @autoclosure () -> String
    ) {
        guard let span, !range.contains(span) else { return }
        self.fail(field(), "is \(span); it is \(range.lowerBound) to \(range.upperBound)")
    }

    // MARK: What an http check sends

    private mutating func request(_ probe: HealthCheck.Probe, _ field: @autoclosure () -> String) {
        self.text(probe.path, Limits.checkPathBytes, "\(field()).path")
        if !probe.path.isEmpty, !probe.path.hasPrefix("/") { self.fail("\(field()).path", "does not begin with /") }
        if !probe.path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) {
            self.fail("\(field()).path", "has a blank, a # or a character beyond ASCII; write it as %20, %23, %C3%A9")
        }
        if !Self.isToken(probe.method) || probe.method.utf8.count > Limits.checkMethodBytes.upperBound {
            self.fail("\(field()).method", "is no HTTP method, such as GET")
        } else if probe.method.uppercased() == "CONNECT" {
            self.fail("\(field()).method", "is CONNECT, which asks a proxy for a tunnel")
        }
        if ExpectedStatus(probe.expectedStatus) == nil {
            self.fail(
                "\(field()).expected_status", "is no list of codes and ranges from 100 to 599, such as 200-299,301")
        }
        self.text(probe.bodyContains, Limits.bodyContainsBytes, "\(field()).body_contains")
        self.headers(probe.headers, "\(field()).headers")
    }

    private mutating func headers(_ headers: Metadata, _ field: @autoclosure () -> String) {
        self.entries(headers.count, Limits.checkHeaders, "entries", field())
        for header in headers.pairs.prefix(Limits.checkHeaders) {
            let name = "\(field()).\(Self.excerpt(header.key))"
            self.text(header.key, Limits.metadataKeyBytes, "\(name) (the name)")
            self.text(header.value, Limits.metadataValueBytes, name)
            if !header.key.isEmpty, !Self.isToken(header.key) {
                self.fail("\(name) (the name)", "is no name of a header field")
            } else if Self.framing.contains(header.key.lowercased()) {
                self.fail(name, "belongs to the connection, not to the request; leave it out")
            }
            if !header.value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
                self.fail(name, "has a control character, or one beyond ASCII")
            }
            if header.value == HealthCheck.Probe.hiddenValue {
                self.fail(name, "is ***, which stands in answers for a value that is not shown; give the value")
            }
        }
    }

    /// What would make one request look like two, or the connection end.
    private static let framing: Set = [
        "connection", "content-length", "expect", "http2-settings", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
