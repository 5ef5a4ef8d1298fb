import RegistryCatalog

/// What Linux tells of this machine's network in files, so that nothing has to be sent. Elsewhere there are none, and nothing is known.
///
/// `/proc/net/route` and `/proc/net/arp` as proc(5) has them, `/sys/class/net/*/operstate` and `carrier` as the kernel's sysfs-class-net.
struct NetworkFiles: Sendable {
    /// The text of a file; nil when it cannot be read.
    let read: @Sendable (String) -> String?

    /// Where packets for other machines go; nil when there is no default route, or none with a gateway.
    var gateway: NetworkEvidence.Gateway? {
        guard let route = self.read("/proc/net/route").flatMap({ Self.defaultRoute(in: $0) }) else { return nil }
        return NetworkEvidence.Gateway(
            address: route.gateway, interface: route.interface, hasLink: self.hasLink(route.interface),
            isNeighbour: self.read("/proc/net/arp").flatMap {
                Self.isNeighbour(route.gateway, on: route.interface, in: $0)
            })
    }

    /// Whether packets for other machines have any way out, be it without a gateway; nil: unknown.
    var hasDefaultRoute: Bool? {
        self.read("/proc/net/route").map { table in
            table.split(separator: "\n").dropFirst().contains { Self.isDefault(Self.fields(of: $0), flags: 0x1) }
        }
    }

    /// The default route with a gateway of the least metric.
    static func defaultRoute(in table: String) -> (interface: String, gateway: String)? {
        var best: (interface: String, gateway: String, metric: Int)?
        for line in table.split(separator: "\n").dropFirst() {
            let fields = Self.fields(of: line)
            guard Self.isDefault(fields, flags: 0x3), let gateway = UInt32(fields[2], radix: 16),
                let metric = Int(fields[6])
            else { continue }
            if best.map({ metric < $0.metric }) ?? true {
                best = (fields[0], Self.dotted(gateway), metric)
            }
        }
        return best.map { ($0.interface, $0.gateway) }
    }

    private static func fields(of line: Substring) -> [String] {
        line.split(whereSeparator: { $0 == "\t" || $0 == " " }).map(String.init)
    }

    /// - Parameter flags: 1: it is up; 2: it has a gateway.
    private static func isDefault(_ fields: [String], flags wanted: UInt16) -> Bool {
        guard fields.count > 7, fields[1] == "00000000", fields[7] == "00000000",
            let flags = UInt16(fields[3], radix: 16)
        else { return false }
        return flags & wanted == wanted
    }

    /// As the file has it: the first byte of the address is the lowest.
    private static func dotted(_ address: UInt32) -> String {
        (0..<4).map { String(address >> (8 * $0) & 0xFF) }.joined(separator: ".")
    }

    /// Whether the neighbour's hardware address is known; nil when there is no entry, as after a while without traffic.
    static func isNeighbour(_ address: String, on interface: String, in table: String) -> Bool? {
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count > 5, fields[0] == address, fields[5] == interface, fields[2].hasPrefix("0x"),
                let flags = UInt16(fields[2].dropFirst(2), radix: 16)
            else { continue }
            return flags & 0x2 != 0
        }
        return nil
    }

    private func hasLink(_ interface: String) -> Bool? {
        // The name is the kernel's, and becomes part of a path.
        guard !interface.contains("/"), !interface.hasPrefix(".") else { return nil }
        let state = self.read("/sys/class/net/\(interface)/operstate").map(Self.trimmed)
        let carrier = self.read("/sys/class/net/\(interface)/carrier").map(Self.trimmed)
        if state == "down" || state == "lowerlayerdown" || carrier == "0" { return false }
        return state == "up" || carrier == "1" ? true : nil
    }

    private static func trimmed(_ text: String) -> String { String(text.prefix { $0 != "\n" && $0 != " " }) }
}
