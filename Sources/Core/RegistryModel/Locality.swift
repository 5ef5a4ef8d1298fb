/// Where an instance runs.
public struct Locality: Sendable, Hashable {
    public var region: String
    public var zone: String

    public init(region: String = "", zone: String = "") {
        self.region = region
        self.zone = zone
    }
}
