import NIOCore
import NIOHPACK
import RegistryHealth

/// What has come of a call's answer, and what that says.
struct GRPCResult {
    private var httpStatus: String?
    private var status: String?
    private var statusMessage: String?
    var message = ByteBuffer()

    /// Headers or trailers; of a call that failed at once they are the same.
    mutating func take(_ headers: HPACKHeaders) {
        self.httpStatus = headers.first(name: ":status") ?? self.httpStatus
        self.status = headers.first(name: "grpc-status") ?? self.status
        self.statusMessage = headers.first(name: "grpc-message") ?? self.statusMessage
    }

    var outcome: ProbeOutcome {
        switch self.status {
        case "0":
            guard let status = HealthMessages.response(self.message) else {
                return ProbeOutcome(failure: .rejected, detail: "its answer is not of grpc.health.v1")
            }
            return ProbeOutcome(failure: status == .serving ? nil : .rejected, detail: status.name)
        case "5": return ProbeOutcome(failure: .rejected, detail: "the server does not know the service")
        case "12": return ProbeOutcome(failure: .rejected, detail: "the server does not have grpc.health.v1.Health")
        case let code?:
            let words = self.statusMessage.map { ": \($0.prefix(200))" } ?? ""
            return ProbeOutcome(failure: .rejected, detail: "gRPC status \(code.prefix(10))\(words)")
        case nil:
            let what = self.httpStatus == "200" ? "no gRPC status" : "HTTP \(self.httpStatus ?? "without a status")"
            return ProbeOutcome(failure: .rejected, detail: what)
        }
    }
}
