import RegistryModel
import Testing

@testable import RegistryCatalog

/// Services with instances `a`, `b`, `c`, … whose ttl is 10 s.
extension PureCatalog {
    static func of(
        _ count: Int, settings: CatalogSettings = CatalogSettings(), _ change: (inout InstanceSpec) -> Void = { _ in }
    ) -> PureCatalog {
        var catalog = PureCatalog()
        catalog.settings = settings
        for id in Self.ids(count) { catalog.perform(.register(id, change)) }
        return catalog
    }

    static func ids(_ count: Int) -> [String] { (0..<count).map { String(UnicodeScalar(UInt8(97 + $0))) } }

    /// Those of the first so many that are suspect.
    func suspects(of count: Int) -> [String] { Self.ids(count).filter { self.instance($0)?.isSuspect == true } }

    /// Looks again at the service, as the registry does every second, for as long as there is something to do.
    mutating func reviewUntilDone() {
        for _ in 0..<5 where !self.state.unreviewed(ProtectionRule(settings: self.settings), at: self.time).isEmpty {
            self.perform(.reviewService(ServiceKey(name: "payments")))
            #expect(self.lastGroup.writes.count <= CatalogSettings.flagLimit + 1)
        }
    }
}
