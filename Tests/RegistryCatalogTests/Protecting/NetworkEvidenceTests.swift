import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// Which of "my network is gone" and "they died" the registry says, and by what.
struct NetworkEvidenceTests {
    private typealias Gateway = NetworkEvidence.Gateway

    private static let well = NetworkEvidence(
        loopbackWorks: true,
        gateway: Gateway(address: "10.0.0.1", interface: "eth0", hasLink: true, isNeighbour: true))

    private static func affected(
        host: String = "10.0.0.7", zones: [String] = ["a", "b"], wellZones: [String] = ["a"], error: String = ""
    ) -> Affected {
        var affected = Affected()
        for zone in zones {
            var instance = Sample.instance(spec: Sample.spec(host: host, zone: zone))
            instance.health = Health(state: .down, cause: .probe, since: Sample.time, error: error)
            affected.add(fallen: instance)
        }
        for zone in wellZones { affected.add(well: Sample.instance(spec: Sample.spec(host: host, zone: zone))) }
        return affected
    }

    @Test func ofOthersMachines() {
        let noLink = Gateway(address: "10.0.0.1", interface: "eth0", hasLink: false, isNeighbour: true)
        let mute = Gateway(address: "10.0.0.1", interface: "eth0", hasLink: true, isNeighbour: false)
        let cases: [(NetworkEvidence, Affected, Protection.Verdict, String)] = [
            (NetworkEvidence(), Self.affected(), .unclear, "nothing tells"),
            (NetworkEvidence(loopbackWorks: true), Self.affected(), .unclear, "nothing tells"),
            (NetworkEvidence(loopbackWorks: false), Self.affected(), .registryNetwork, "over loopback"),
            (NetworkEvidence(loopbackWorks: true, lostRoute: true), Self.affected(), .registryNetwork, "default route"),
            (
                NetworkEvidence(loopbackWorks: true, gateway: noLink), Self.affected(), .registryNetwork,
                "eth0 has no link"
            ),
            (
                NetworkEvidence(loopbackWorks: true, gateway: mute), Self.affected(), .registryNetwork,
                "gateway 10.0.0.1"
            ),
            (Self.well, Self.affected(), .instances, "own network works"),
            (Self.well, Self.affected(zones: ["a", "a"], wellZones: ["b"]), .zone, "zone a"),
            (Self.well, Self.affected(zones: ["a", "a"], wellZones: []), .instances, "own network works"),
            (Self.well, Self.affected(zones: ["", ""], wellZones: ["b"]), .instances, "own network works"),
            (NetworkEvidence(), Self.affected(error: "Check web fails: connection refused."), .instances, "refuse the"),
            (NetworkEvidence(), Self.affected(error: "Check refused fails: HTTP 503."), .unclear, "nothing tells"),
        ]
        for (evidence, affected, verdict, words) in cases {
            let found = evidence.verdict(on: affected)
            #expect(found.verdict == verdict, "\(found.detail)")
            #expect(found.detail.contains(words), "\(found.detail)")
        }
    }

    /// The gateway says nothing about those that run beside the registry.
    @Test func ofThisMachine() {
        let cut = NetworkEvidence(loopbackWorks: true, lostRoute: true)
        for host in ["127.0.0.11", "::1", "localhost"] {
            #expect(cut.verdict(on: Self.affected(host: host)).verdict == .instances)
            #expect(NetworkEvidence().verdict(on: Self.affected(host: host)).verdict == .unclear)
            let deaf = NetworkEvidence(loopbackWorks: false)
            #expect(deaf.verdict(on: Self.affected(host: host)).verdict == .registryNetwork)
        }
    }

    @Test func theSentenceSaysHowMany() {
        var affected = Self.affected()
        #expect(Self.well.verdict(on: affected).detail.hasPrefix("2 of 3 instances went DOWN at once; "))
        affected.isWide = true
        #expect(Self.well.verdict(on: affected).detail.hasPrefix("2 of 3 instances went DOWN at once, and with them"))
    }
}
