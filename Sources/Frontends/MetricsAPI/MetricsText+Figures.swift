import HTTPSupport

/// Families with one sample.
extension MetricsText {
    mutating func gauge(_ name: String, _ help: String, _ value: Int) {
        self.family(name, .gauge, help)
        self.sample(name, [:], Int64(value))
    }

    mutating func gauge(_ name: String, _ help: String, _ gauge: Gauge) {
        self.gauge(name, help, Int(gauge.value))
    }

    mutating func counter(_ name: String, _ help: String, _ value: Int) {
        self.family(name, .counter, help)
        self.sample(name, [:], Int64(value))
    }

    mutating func counter(_ name: String, _ help: String, _ counter: Counter) {
        self.counter(name, help, Int(counter.value))
    }
}
