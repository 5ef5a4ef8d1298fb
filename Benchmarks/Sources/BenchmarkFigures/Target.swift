/// What a figure has to reach.
public struct Target: Codable, Sendable, Hashable {
    public enum Bound: String, Codable, Sendable {
        case atLeast
        case atMost
    }

    /// What the figure is of, such as "÷ bare SwiftNIO".
    public var name: String
    public var quantity: Quantity
    public var bound: Bound
    /// Nil where only an aim is set.
    public var floor: Double?
    /// Nil where the floor is all there is to reach.
    public var aim: Double?

    public init(_ name: String, _ quantity: Quantity, _ bound: Bound, floor: Double? = nil, aim: Double? = nil) {
        self.name = name
        self.quantity = quantity
        self.bound = bound
        self.floor = floor
        self.aim = aim
    }

    public func verdict(on value: Double) -> Verdict {
        func reaches(_ limit: Double) -> Bool { self.bound == .atLeast ? value >= limit : value <= limit }
        if let floor, !reaches(floor) { return .missesFloor }
        guard let aim else { return .reachesFloor }
        if reaches(aim) { return .reachesAim }
        return self.floor == nil ? .missesAim : .reachesFloor
    }
}

/// What became of a target.
public enum Verdict: String, Codable, Sendable {
    case reachesAim = "aim reached"
    case reachesFloor = "floor reached"
    case missesAim = "aim missed"
    case missesFloor = "FLOOR MISSED"
}

/// A target and the figure that was found for it.
public struct Judgement: Codable, Sendable, Hashable {
    public var target: Target
    public var value: Double
    public var verdict: Verdict
    /// The figures that the value is made of, as a reader wants to see them.
    public var ours: String
    public var peer: String

    public init(_ target: Target, value: Double, ours: String, peer: String = "") {
        self.target = target
        self.value = value
        self.verdict = target.verdict(on: value)
        self.ours = ours
        self.peer = peer
    }

    /// A ratio of two rates.
    public init?(_ target: Target, _ ours: Measurement, to peer: Measurement) {
        guard let value = ours.ratio(to: peer), let rate = ours.rate, let base = peer.rate else { return nil }
        self.init(
            target, value: value, ours: "\(Quantity.perSecond.text(rate)) \(ours.unit)/s",
            peer: "\(peer.subject) \(Quantity.perSecond.text(base)) \(peer.unit)/s")
    }
}
