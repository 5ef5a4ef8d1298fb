import ArgumentParser
import RollcallClient

/// A check as it is given on the command line: `http:/health,interval=5s`, `tcp:5432`, `grpc:shop.Payments,tls`.
///
/// After the type may stand what is asked: the path for http, the port for tcp, the service for grpc. The fields have the names that they
/// have in the API; a comma cannot be part of a value.
struct CheckArgument: ExpressibleByArgument, Sendable, Hashable {
    private(set) var check: HealthCheck

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let head = (parts.first ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = head.first.flatMap({ HealthCheck.Kind(String($0)) }) else { return nil }
        self.check = HealthCheck(name: kind.description, kind: kind)
        if head.count == 2, !self.setSubject(String(head[1])) { return nil }
        for part in parts.dropFirst() {
            if part == "tls", kind == .http || kind == .grpc {
                self.check.probe.usesTLS = true
                continue
            }
            guard let pair = KeyValue(argument: String(part)), self.set(pair.key, pair.value) else { return nil }
        }
    }

    /// What stands behind the type. False when there is nothing of the kind.
    private mutating func setSubject(_ text: String) -> Bool {
        switch self.check.kind {
        case .ttl: return false
        case .http: self.check.probe.path = text
        case .tcp: return self.setPort(text)
        case .grpc: self.check.probe.service = text
        }
        return true
    }

    private mutating func setPort(_ text: String) -> Bool {
        guard let port = UInt16(text), port > 0 else { return false }
        self.check.probe.port = port
        return true
    }

    /// False when the field is not one of this type, or the value none of the field.
    private mutating func set(_ name: String, _ value: String) -> Bool {
        switch name {
        case Field.name.description: self.check.name = value
        case Field.interval.description: return Self.take(TimeSpan(value), into: &self.check.interval)
        default: return self.check.isProbe && self.setOfProbe(name, value)
        }
        return true
    }

    private mutating func setOfProbe(_ name: String, _ value: String) -> Bool {
        switch name {
        case Field.timeout.description: return Self.take(TimeSpan(value), into: &self.check.probe.timeout)
        case Field.startPeriod.description: return Self.take(TimeSpan(value), into: &self.check.probe.startPeriod)
        case Field.failuresBeforeDown.description:
            return Self.take(Int(value), into: &self.check.probe.failuresBeforeDown)
        case Field.successesBeforeUp.description:
            return Self.take(Int(value), into: &self.check.probe.successesBeforeUp)
        case Field.port.description: return self.setPort(value)
        case Field.serverName.description where self.check.kind != .tcp: self.check.probe.serverName = value
        default: return self.check.kind == .http && self.setOfRequest(name, value)
        }
        return true
    }

    private mutating func setOfRequest(_ name: String, _ value: String) -> Bool {
        switch name {
        case Field.method.description: self.check.probe.method = value
        case Field.expectedStatus.description: self.check.probe.expectedStatus = value
        case Field.bodyContains.description: self.check.probe.bodyContains = value
        default: return false
        }
        return true
    }

    private static func take<Value>(_ value: Value?, into field: inout Value?) -> Bool {
        field = value
        return value != nil
    }
}
