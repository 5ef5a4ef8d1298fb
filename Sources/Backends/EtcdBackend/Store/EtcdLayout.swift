import RegistryModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where everything lies below the prefix. Names hold no slash, so that a key says what it is about.
struct EtcdLayout: Hashable, Sendable {
    /// With a slash at its end.
    let root: String

    static let meta = "meta"
    static let head = "head"
    static let numbers = "numbers"
    static let fences = "fences/"
    static let members = "members/"
    static let beats = "beats/"
    private static let services = "services/"
    private static let instances = "instances/"
    private static let overrides = "overrides/"
    private static let subscriptions = "subscriptions/"
    /// The history. It is outside of what is watched, and so its key is behind all others in the order of bytes.
    static let trail = "trail/"
    /// When records were removed last: what is gone bears no revision itself. Outside of what is watched too.
    static let vanished = "vanished/"

    /// - Parameter prefix: `registry.prefix`; slashes at its end do not count.
    init(prefix: String) {
        var prefix = prefix[...]
        while prefix.hasSuffix("/") { prefix = prefix.dropLast() }
        self.root = "\(prefix)/"
    }

    /// The key in etcd of one of ours.
    func key(_ key: String) -> String { self.root + key }

    /// Everything but the history, and what tells of removals.
    var watched: EtcdRange { EtcdRange(from: self.root, to: self.root + Self.trail) }
    var history: EtcdRange { EtcdRange(prefix: self.root + Self.trail) }
    var vanished: EtcdRange { EtcdRange(prefix: self.root + Self.vanished) }
    /// The part of the history that may hold changes of a time or later; nil: all of it. An entry's key has the latest of its changes' times.
    func history(since time: Timestamp?) -> EtcdRange {
        guard let time, time > .epoch else { return self.history }
        let start = self.root + Self.trail + Self.hexadecimal(UInt64(time.milliseconds))
        return self.history.after(Data(start.utf8))
    }

    /// One for each process that writes, or did.
    var fences: EtcdRange { EtcdRange(prefix: self.root + Self.fences) }

    /// One for each process that belongs to the cluster.
    var members: EtcdRange { EtcdRange(prefix: self.root + Self.members) }
    /// The newest digest of each process.
    var beats: EtcdRange { EtcdRange(prefix: self.root + Self.beats) }

    /// - Parameter operation: the place of the removal in its transaction, which writes a key once only.
    static func vanished(_ operation: Int) -> String { "\(self.vanished)\(operation)" }

    static func member(_ id: UInt64) -> String { self.members + self.hexadecimal(id) }
    static func beats(_ writer: UInt64) -> String { self.beats + self.hexadecimal(writer) }
    static func fence(_ writer: UInt64) -> String { self.fences + self.hexadecimal(writer) }
    /// Instances of one service, and what is left of them.
    func instances(of service: ServiceKey) -> EtcdRange {
        EtcdRange(prefix: self.root + Self.instances + "\(service)/")
    }

    /// Decisions on instances of one service.
    func overrides(of service: ServiceKey) -> EtcdRange {
        EtcdRange(prefix: self.root + Self.overrides + "\(service)/")
    }

    static func service(_ key: ServiceKey) -> String { "\(self.services)\(key)" }
    static func instance(_ key: InstanceKey) -> String { "\(self.instances)\(key)" }
    static func override(_ key: OverrideKey) -> String { "\(self.overrides)\(key)" }
    static func subscription(_ id: String) -> String { "\(self.subscriptions)\(id)" }

    /// What lies under a key.
    enum Place: Hashable {
        case meta
        case head
        case numbers
        case service(ServiceKey)
        case instance(InstanceKey)
        case override(OverrideKey)
        case subscription(String)
        /// By its writer.
        case member(UInt64)
        case digest(UInt64)
        /// What concerns others, or what a later version put there.
        case other
    }

    /// A key of ours, without the prefix.
    func name(of key: Data) -> String { String(decoding: key.dropFirst(self.root.utf8.count), as: UTF8.self) }

    /// - Parameter name: a key without the prefix.
    static func place(of name: String) -> Place {
        switch name {
        case self.meta: return .meta
        case self.head: return .head
        case self.numbers: return .numbers
        default: break
        }
        let separator = UInt8(ascii: "/")
        guard let slash = name.utf8.firstIndex(of: separator) else { return .other }
        let kind = name[...slash]
        let parts = name.utf8[slash...].dropFirst().split(separator: separator, omittingEmptySubsequences: false)
            .map { Substring($0) }
        switch kind {
        case self.members: return self.writer(parts).map { .member($0) } ?? .other
        case self.beats: return self.writer(parts).map { .digest($0) } ?? .other
        case self.subscriptions: return parts.count == 1 ? .subscription(String(parts[0])) : .other
        default: break
        }
        guard parts.count >= 2 else { return .other }
        let service = ServiceKey(namespace: String(parts[0]), name: String(parts[1]))
        switch (kind, parts.count) {
        case (self.services, 2): return .service(service)
        case (self.instances, 3): return .instance(InstanceKey(service: service, id: String(parts[2])))
        case (self.overrides, 2): return .override(OverrideKey(service: service))
        case (self.overrides, 3): return .override(OverrideKey(service: service, instance: String(parts[2])))
        default: return .other
        }
    }

    private static func writer(_ parts: [Substring]) -> UInt64? {
        parts.count == 1 ? UInt64(parts[0], radix: 16) : nil
    }

    /// All digits, so that the order of keys is that of numbers.
    static func hexadecimal<Value: FixedWidthInteger & UnsignedInteger>(_ value: Value) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: Value.bitWidth / 4 - digits.count) + digits
    }
}
