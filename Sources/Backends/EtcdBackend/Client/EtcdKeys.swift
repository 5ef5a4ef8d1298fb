#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Keys and ranges of keys, as etcd orders them: by bytes.
struct EtcdRange: Hashable {
    let start: Data
    /// The first key that is not in it; empty: it is the one key.
    let end: Data

    /// One key.
    init(_ key: String) { self.init(key: Data(key.utf8)) }

    init(key: Data) {
        self.start = key
        self.end = Data()
    }

    /// Every key that begins with a text, which is not empty.
    init(prefix: String) {
        self.init(from: prefix, to: nil)
    }

    /// Keys from one on, up to another that is not in it; nil: as long as they begin with the first.
    init(from start: String, to end: String?) {
        self.init(from: Data(start.utf8), to: end.map { Data($0.utf8) } ?? Self.successor(ofPrefix: Data(start.utf8)))
    }

    private init(from start: Data, to end: Data) {
        self.start = start
        self.end = end
    }

    /// The part of it behind one of its keys.
    func after(_ key: Data) -> EtcdRange { EtcdRange(from: key + [0], to: self.end) }

    /// The first key behind all that begin with `prefix`: the same with its last byte that can be raised raised by one.
    private static func successor(ofPrefix prefix: Data) -> Data {
        var bytes = Array(prefix)
        while let last = bytes.popLast() {
            if last < 0xFF { return Data(bytes + [last + 1]) }
        }
        // Nothing is behind it: etcd takes one zero byte for that.
        return Data([0])
    }
}
