/// Every limit of the model, stated once. Frontends quote these in their errors; tests read them.
public enum Limits {
    /// 2^53 − 1: the largest integer that any JSON reader holds exactly.
    public static let largestInteger: Int64 = 9_007_199_254_740_991

    /// Bytes in a name of a namespace, service, instance, protocol or port.
    public static let nameBytes = 1...255
    public static let port = 1...65_535
    public static let weight = 0...65_535
    public static let defaultWeight = 100

    public static let metadataPairs = 64
    public static let metadataKeyBytes = 1...128
    public static let metadataValueBytes = 0...1_024
    public static let tags = 64
    public static let tagBytes = 1...128
    public static let namedPorts = 16
    public static let checks = 16
    public static let versionBytes = 0...128
    /// Bytes of a version range, the query parameter `version`.
    public static let versionRangeBytes = 1...256
    /// Comparators that a version range may come to.
    public static let versionComparators = 64
    public static let localityBytes = 0...128
    public static let serviceTypeBytes = 0...128
    public static let errorBytes = 0...1_024
    public static let detailErrors = 32

    public static let timeToLive = TimeSpan.seconds(1)...TimeSpan.hours(24)
    /// The same where nodes tell each other of heartbeats.
    public static let sharedTimeToLive = TimeSpan.seconds(3)...TimeSpan.hours(24)
    public static let deregisterAfter = TimeSpan.zero...TimeSpan.days(30)
    public static let checkInterval = TimeSpan.milliseconds(100)...TimeSpan.hours(1)

    public static let warmUp = TimeSpan.zero...TimeSpan.hours(1)
    public static let checkCount = 1...100
    public static let startPeriod = TimeSpan.zero...TimeSpan.hours(1)
    public static let checkTimeout = TimeSpan.milliseconds(10)...TimeSpan.hours(1)
    public static let checkMethodBytes = 1...16
    public static let checkPathBytes = 1...1_024
    public static let checkHeaders = 16
    public static let bodyContainsBytes = 0...256
    public static let serverNameBytes = 0...253
    public static let checkServiceBytes = 0...255

    public static let overrideReasonBytes = 0...512
    public static let overrideLifetime = TimeSpan.seconds(1)...TimeSpan.days(365)
    /// How many there may be at once.
    public static let overrides = 100_000
    /// How long a decision outlives what it is about.
    public static let overrideAbsence = TimeSpan.days(7)

    public static let callbackBytes = 1...2_048
    public static let clientIDBytes = 0...255
    /// Bytes of a secret, once decoded; the spec of Standard Webhooks names these.
    public static let secretBytes = 24...64
    public static let drainWait = TimeSpan.zero...TimeSpan.minutes(5)

    public static let batchItems = 1...1_000
    public static let heartbeatItems = 1...10_000
    public static let listItems = 1...1_000
    public static let defaultListItems = 100
    /// From which share of a store's quota on somebody should make room, in percent.
    public static let storeAlert: Int64 = 80
}
