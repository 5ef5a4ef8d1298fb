extension RollcallServer {
    /// The version of this program, as `rollcall version` and `GET /v1/version` say it.
    public static let version = "0.1.0"
}
