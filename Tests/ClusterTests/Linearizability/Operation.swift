import RollcallClient

/// One call of one client on one instance, as the client knows it.
struct Operation: Sendable, CustomStringConvertible {
    let call: InstanceModel.Call
    let answer: InstanceModel.Answer
    /// Nanoseconds from the start of the run, on one clock for all clients.
    let invoked: Int64
    /// Nil: it may take effect at any time after the invocation, or never.
    let responded: Int64?
    /// Who called, and which node.
    let caller: String

    init(
        _ call: InstanceModel.Call, _ answer: InstanceModel.Answer, from invoked: Int64, to responded: Int64,
        by caller: String = ""
    ) {
        self.call = call
        self.answer = answer
        self.invoked = invoked
        self.responded = answer == .unknown ? nil : responded
        self.caller = caller
    }

    var description: String {
        let end = self.responded.map { "\($0 / 1_000)" } ?? "open"
        return "[\(self.invoked / 1_000)…\(end) us] \(self.caller) \(self.call) → \(self.answer)"
    }
}
