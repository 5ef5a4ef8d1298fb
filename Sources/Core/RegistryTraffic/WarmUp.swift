public import RegistryModel

/// How much of its weight an instance counts with that has been UP for a while: a tenth at first, all of it once it is warm, and in
/// a straight line between. So a process with cold caches is not given its full share at once.
///
/// It tells from the wall clock, and takes a moment that lies ahead for the present one.
public struct WarmUp: Sendable, Hashable {
    /// The least share, in percent.
    public static let coldShare = 10

    /// For an instance that says nothing of it (`loadbalancer.warm_up`); zero: none.
    public var defaultSpan: TimeSpan

    public init(defaultSpan: TimeSpan = .zero) { self.defaultSpan = defaultSpan }

    /// In percent, ``coldShare`` to 100. One that is not UP has nothing to warm up.
    public func share(of instance: Instance, now: Timestamp) -> Int {
        guard instance.health.state == .up else { return 100 }
        return Self.share(
            after: now.since(instance.health.since), of: instance.spec.warmUp ?? self.defaultSpan)
    }

    /// In percent, `age` into a warm-up that takes `span`.
    static func share(after age: TimeSpan, of span: TimeSpan) -> Int {
        guard span > .zero, age < span else { return 100 }
        let passed = max(age.milliseconds, 0)
        return self.coldShare + Int(passed * Int64(100 - self.coldShare) / span.milliseconds)
    }
}
