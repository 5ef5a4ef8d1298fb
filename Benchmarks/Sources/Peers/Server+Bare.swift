extension Server {
    /// The bare server as a process of its own, which is this program again.
    ///
    /// - Parameter answer: the whole response that it gives to every request.
    public static func withBareServer<Value>(
        _ place: Workplace, answer: [UInt8], _ body: (Server) async throws -> Value
    ) async throws -> Value {
        let directory = try place.directory("bare")
        let port = try await place.freePort()
        try SystemFile.write(answer, to: directory + "/answer")
        let command = ["/proc/self/exe", "bare-server", "--port", "\(port)", "--answer", directory + "/answer"]
        return try await Self.with("bare SwiftNIO", port: port, command, log: directory + "/log", body)
    }
}
