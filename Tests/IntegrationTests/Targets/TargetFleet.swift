import Foundation
import RollcallClient
import ServerTestKit
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// 200 targets of 20 services: 100 http and 60 tcp ones in a process each, 40 gRPC ones in 8 processes of 5.
final class TargetFleet: Sendable {
    static let services = 20
    static let interval = TimeSpan.seconds(1)
    static let timeout = TimeSpan.seconds(1)
    static let failures = 3

    /// The processes, and the service of each of their targets: 5 http, 3 tcp and 2 gRPC ones a service.
    static let layout: [(kind: TargetKind, services: [Int])] =
        (0..<100).map { (.http, [$0 % services]) } + (0..<60).map { (.tcp, [$0 % services]) }
        + (0..<8).map { process in (.grpc, (0..<5).map { (process * 5 + $0) % services }) }

    private let supervisor: TargetSupervisor
    private let ports: [[Int]]
    /// Nil: killed. The system may have given its number to somebody else since.
    private let processIDs: Mutex<[Int32?]>

    private init(supervisor: TargetSupervisor, ports: [[Int]], processIDs: [Int32]) {
        self.supervisor = supervisor
        self.ports = ports
        self.processIDs = Mutex(processIDs)
    }

    static func start(_ supervisor: TargetSupervisor) async throws -> TargetFleet {
        var ports: [[Int]] = []
        var processIDs: [Int32] = []
        for (index, process) in Self.layout.enumerated() {
            ports.append([])
            for _ in process.services { ports[index].append(try await FreePort.find()) }
            processIDs.append(try await supervisor.start(process.kind, host: "127.0.0.1", ports: ports[index]))
        }
        return TargetFleet(supervisor: supervisor, ports: ports, processIDs: processIDs)
    }

    static func service(_ number: Int) -> ServiceKey { ServiceKey(name: "shop-\(number)") }

    /// The instances that a process has.
    func keys(of process: Int) -> [InstanceKey] {
        zip(Self.layout[process].services, self.ports[process]).map { service, port in
            InstanceKey(service: Self.service(service), id: "127.0.0.1:\(port)")
        }
    }

    func registrations(of process: Int, incarnation: Int64) -> [Registration] {
        let kind = Self.layout[process].kind
        let checkKind: HealthCheck.Kind = kind == .http ? .http : kind == .tcp ? .tcp : .grpc
        let probe = HealthCheck.Probe(timeout: Self.timeout, failuresBeforeDown: Self.failures)
        let check = HealthCheck(name: "main", kind: checkKind, interval: Self.interval, probe: probe)
        return zip(Self.layout[process].services, self.ports[process]).map { service, port in
            Registration(
                service: Self.service(service),
                spec: InstanceSpec(host: "127.0.0.1", port: UInt16(port), checks: [check]), incarnation: incarnation)
        }
    }

    /// Does something to a process, and returns when it is done.
    func perform(_ action: TargetAction, on process: Int) async throws {
        switch action {
        case .kill:
            let processID = self.processIDs.withLock { $0[process].take() }
            if let processID { try await self.supervisor.end(processID) }
        case .freeze: self.signal(process, SIGSTOP)
        case .slow: self.signal(process, SIGUSR1)
        case .sicken: self.signal(process, SIGUSR2)
        case .revive: try await self.revive(process)
        }
    }

    /// Only of one that was not killed. Should it have ended by itself, its number is still its own: the supervisor has not waited for it.
    private func signal(_ process: Int, _ signals: Int32...) {
        guard let processID = self.processIDs.withLock({ $0[process] }) else { return }
        for signal in signals { kill(processID, signal) }
    }

    /// Whatever had been done to it.
    private func revive(_ process: Int) async throws {
        guard self.processIDs.withLock({ $0[process] == nil }) else { return self.signal(process, SIGHUP, SIGCONT) }
        let kind = Self.layout[process].kind
        let started = try await self.supervisor.start(kind, host: "127.0.0.1", ports: self.ports[process])
        self.processIDs.withLock { $0[process] = started }
    }

    func lag() async throws -> Duration { try await self.supervisor.lag() }
}
