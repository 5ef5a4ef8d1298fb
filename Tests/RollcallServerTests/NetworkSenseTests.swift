import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import RollcallServer

/// What the files of Linux's network say, as they were copied from machines.
@Suite struct NetworkSenseTests {
    private static let route = """
        Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
        wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
        eth0\t00000000\t0102000A\t0003\t0\t0\t100\t00000000\t0\t0\t0
        eth0\t0002000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0

        """
    private static let neighbours = """
        IP address       HW type     Flags       HW address            Mask     Device
        10.0.2.1         0x1         0x2         52:55:0a:00:02:02     *        eth0
        192.168.1.1      0x1         0x0         00:00:00:00:00:00     *        wlan0

        """

    private static func files(_ changes: [String: String?] = [:]) -> NetworkFiles {
        var texts: [String: String] = [
            "/proc/net/route": Self.route, "/proc/net/arp": Self.neighbours,
            "/sys/class/net/eth0/operstate": "up\n", "/sys/class/net/eth0/carrier": "1\n",
        ]
        for (path, text) in changes { texts[path] = text }
        return NetworkFiles { [texts] in texts[$0] }
    }

    @Test func theGatewayOfTheLeastMetric() {
        let gateway = Self.files().gateway
        #expect(
            gateway
                == NetworkEvidence.Gateway(address: "10.0.2.1", interface: "eth0", hasLink: true, isNeighbour: true))
    }

    @Test func whatIsNotThereIsNotKnown() {
        let none = NetworkFiles { _ in nil }
        #expect(none.gateway == nil)
        let bare = Self.files([
            "/proc/net/arp": nil, "/sys/class/net/eth0/operstate": nil, "/sys/class/net/eth0/carrier": nil,
        ])
        #expect(bare.gateway == NetworkEvidence.Gateway(address: "10.0.2.1", interface: "eth0"))
        #expect(Self.files(["/proc/net/route": "garbage\nmore\n"]).gateway == nil)
        #expect(Self.files(["/proc/net/route": ""]).gateway == nil)
    }

    @Test(arguments: [
        ("down\n", "1\n", false), ("up\n", "0\n", false), ("lowerlayerdown\n", nil, false), ("unknown\n", "1\n", true),
        ("up\n", nil, true), ("unknown\n", nil, nil),
    ])
    func theLink(state: String, carrier: String?, hasLink: Bool?) {
        let files = Self.files([
            "/sys/class/net/eth0/operstate": state, "/sys/class/net/eth0/carrier": carrier,
        ])
        #expect(files.gateway?.hasLink == hasLink)
    }

    @Test func aNeighbourThatDoesNotAnswer() {
        #expect(NetworkFiles.isNeighbour("192.168.1.1", on: "wlan0", in: Self.neighbours) == false)
        #expect(NetworkFiles.isNeighbour("10.0.2.1", on: "wlan0", in: Self.neighbours) == nil)
        #expect(NetworkFiles.isNeighbour("10.0.2.9", on: "eth0", in: Self.neighbours) == nil)
    }

    @Test func aRouteIsLostOnlyIfThereWasOne() async throws {
        let route = Mutex<String?>(nil)
        var sense = NetworkSense(catalog: Catalog(store: InMemoryStore(), clock: ManualClock()), clock: ManualClock())
        sense.loopback = { true }
        var hadRoute = false
        let header = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
        let tunnel = header + "wg0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n"
        let steps: [(String?, Bool)] = [
            (nil, false), (header, false), (Self.route, false), (tunnel, false), (header, true), (nil, false),
            (Self.route, false),
        ]
        for (text, lost) in steps {
            route.withLock { $0 = text }
            let held = route.withLock { $0 }
            sense.files = NetworkFiles { $0 == "/proc/net/route" ? held : nil }
            #expect(await sense.look(&hadRoute).lostRoute == lost)
        }
    }

    /// The machine that runs the tests reaches itself.
    @Test func loopbackWorksHere() async {
        let sense = NetworkSense(catalog: Catalog(store: InMemoryStore(), clock: ManualClock()), clock: ManualClock())
        var hadRoute = false
        #expect(await sense.look(&hadRoute).loopbackWorks == true)
    }
}
