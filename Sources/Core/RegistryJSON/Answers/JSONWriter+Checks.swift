import RegistryModel

extension JSONWriter {
    mutating func checksField(_ checks: [HealthCheck], showsHeaderValues: Bool) {
        guard !checks.isEmpty else { return }
        self.name(Field.checks)
        self.checks(checks, showsHeaderValues: showsHeaderValues)
    }

    /// Checks, each without what it does not say.
    ///
    /// - Parameter showsHeaderValues: only to the server that makes them: they may prove who it is (`Authorization`).
    mutating func checks(_ checks: [HealthCheck], showsHeaderValues: Bool) {
        self.beginArray()
        for check in checks {
            self.beginObject()
            self.name(Field.name)
            self.string(check.name)
            self.name(Field.type)
            self.string(check.kind.description)
            self.spanField(Field.interval, check.interval)
            if check.isProbe, check.probe != HealthCheck.Probe() {
                self.probeFields(check.probe, showsHeaderValues: showsHeaderValues)
            }
            self.endObject()
        }
        self.endArray()
    }

    private mutating func probeFields(_ probe: HealthCheck.Probe, showsHeaderValues: Bool) {
        let plain = HealthCheck.Probe()
        self.spanField(Field.timeout, probe.timeout)
        self.countField(Field.failuresBeforeDown, probe.failuresBeforeDown)
        self.countField(Field.successesBeforeUp, probe.successesBeforeUp)
        self.spanField(Field.startPeriod, probe.startPeriod)
        if probe.port != plain.port { self.countField(Field.port, Int(probe.port)) }
        self.textField(Field.path, probe.path, unless: plain.path)
        self.textField(Field.method, probe.method, unless: plain.method)
        if !probe.headers.isEmpty {
            self.name(Field.headers)
            self.beginObject()
            for header in probe.headers.pairs {
                self.name(header.key)
                self.string(showsHeaderValues ? header.value : HealthCheck.Probe.hiddenValue)
            }
            self.endObject()
        }
        self.textField(Field.expectedStatus, probe.expectedStatus, unless: plain.expectedStatus)
        self.textField(Field.bodyContains, probe.bodyContains, unless: plain.bodyContains)
        if probe.usesTLS {
            self.name(Field.tls)
            self.bool(true)
        }
        self.textField(Field.serverName, probe.serverName, unless: plain.serverName)
        self.textField(Field.service, probe.service, unless: plain.service)
    }

    private mutating func spanField(_ name: StaticString, _ span: TimeSpan?) {
        guard let span else { return }
        self.name(name)
        self.string(span.description)
    }

    private mutating func countField(_ name: StaticString, _ count: Int?) {
        guard let count else { return }
        self.name(name)
        self.integer(Int64(count))
    }

    private mutating func textField(_ name: StaticString, _ text: String, unless plain: String) {
        guard text != plain else { return }
        self.name(name)
        self.string(text)
    }
}
