import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct SnapshotIndexTests {
    private static let cache = EncodedCache(limit: 1_000)

    private static func publish(_ key: ServiceKey, in index: SnapshotIndex) {
        let service = Sample.service(key.name, namespace: key.namespace)
        index.publish(ServiceSnapshot(service: service, instances: [], encodings: self.cache), at: key)
    }

    private static func names(
        _ index: SnapshotIndex, _ namespace: String?, prefix: String = "", after: ServiceKey? = nil, limit: Int = .max
    ) -> [String] {
        index.list(namespace: namespace, prefix: prefix, after: after, limit: limit).map(\.key.description)
    }

    @Test func listsInTheOrderOfKeys() {
        let index = SnapshotIndex()
        for (namespace, name) in [("b", "x"), ("a", "web"), ("a", "api"), ("a", "web-2"), ("b", "api")] {
            Self.publish(ServiceKey(namespace: namespace, name: name), in: index)
        }
        #expect(Self.names(index, nil) == ["a/api", "a/web", "a/web-2", "b/api", "b/x"])
        #expect(Self.names(index, "a") == ["a/api", "a/web", "a/web-2"])
        #expect(Self.names(index, "a", prefix: "web") == ["a/web", "a/web-2"])
        #expect(Self.names(index, nil, prefix: "api") == ["a/api", "b/api"])
        let after = ServiceKey(namespace: "a", name: "web")
        #expect(Self.names(index, nil, after: after, limit: 2) == ["a/web-2", "b/api"])
        #expect(Self.names(index, "c") == [])
        #expect(Self.names(index, "a", limit: 0) == [])
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func againstAModel(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let index = SnapshotIndex()
        var model: Set<ServiceKey> = []
        let namespaces = ["a", "ab", "b"]
        for _ in 0..<1_500 {
            let key = ServiceKey(
                namespace: namespaces[Int.random(in: 0..<3, using: &random)],
                name: String("abcab-".shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))))
            if Bool.random(using: &random) {
                model.insert(key)
                Self.publish(key, in: index)
            } else {
                model.remove(key)
                index.publish(nil, at: key)
            }
            let namespace = Bool.random(using: &random) ? nil : namespaces[Int.random(in: 0..<3, using: &random)]
            let prefix = ["", "a", "ab", "b-"][Int.random(in: 0..<4, using: &random)]
            let after = Bool.random(using: &random) ? nil : key
            let limit = Int.random(in: 1...6, using: &random)
            let expected = model.sorted().filter { key in
                (namespace == nil || key.namespace == namespace) && key.name.hasPrefix(prefix)
                    && (after == nil || after.map { $0 < key } == true)
            }
            let found = index.list(namespace: namespace, prefix: prefix, after: after, limit: limit).map(\.key)
            #expect(found == Array(expected.prefix(limit)))
            #expect(index.list(namespace: namespace, prefix: prefix, after: after, limit: .max).map(\.key) == expected)
        }
    }
}
