import LoadGeneration
import NIOCore

/// A request that differs from the next only in numbers of fixed width: making one copies it and writes digits over it.
///
/// In an item's text, `{s}` stands for the number of its service in 7 digits, `{i}` for the instance's in 9.
struct RequestTemplate: Sendable {
    private struct Slot {
        let offset: Int
        let width: Int
        let item: Int
        let isService: Bool
    }

    private let bytes: ByteBuffer
    private let slots: [Slot]
    private let instancesPerService: Int
    let items: Int

    /// - Parameters:
    ///   - prefix: what stands before the items in the body.
    ///   - suffix: what stands after them.
    init(
        _ method: String, _ path: String, host: Address, prefix: String = "", item: String, suffix: String = "",
        items: Int = 1, instancesPerService: Int = 10
    ) {
        var body = Array(prefix.utf8)
        var slots: [Slot] = []
        for number in 0..<items {
            if number > 0 { body.append(UInt8(ascii: ",")) }
            var rest = item[...]
            while let brace = rest.range(ofMark: "{s}", or: "{i}") {
                body.append(contentsOf: rest[..<brace.lowerBound].utf8)
                let isService = rest[brace] == "{s}"
                let width = isService ? Fixture.serviceDigits : Fixture.instanceDigits
                slots.append(Slot(offset: body.count, width: width, item: number, isService: isService))
                body.append(contentsOf: Array(repeating: UInt8(ascii: "0"), count: width))
                rest = rest[brace.upperBound...]
            }
            body.append(contentsOf: rest.utf8)
        }
        body.append(contentsOf: suffix.utf8)
        let request = RequestBytes.request(method, path, host: host.description, body: body)
        let headBytes = request.readableBytes - body.count
        self.bytes = request
        self.slots = slots.map {
            Slot(offset: $0.offset + headBytes, width: $0.width, item: $0.item, isService: $0.isService)
        }
        self.instancesPerService = instancesPerService
        self.items = items
    }

    /// - Parameter number: the number of the instance in each item.
    func request(_ number: (_ item: Int) -> Int) -> ByteBuffer {
        var copy = self.bytes
        copy.withUnsafeMutableReadableBytes { bytes in
            for slot in self.slots {
                let instance = number(slot.item)
                var value = slot.isService ? instance / self.instancesPerService : instance
                for position in stride(from: slot.offset + slot.width - 1, through: slot.offset, by: -1) {
                    bytes[position] = UInt8(ascii: "0") + UInt8(value % 10)
                    value /= 10
                }
            }
        }
        return copy
    }

    /// The n-th request has the n-th run of instances.
    func request(_ number: Int) -> ByteBuffer { self.request { number * self.items + $0 } }
}

extension Substring {
    fileprivate func range(ofMark one: String, or other: String) -> Range<Index>? {
        var position = self.startIndex
        while position < self.endIndex {
            let rest = self[position...]
            if rest.hasPrefix(one) || rest.hasPrefix(other) { return position..<self.index(position, offsetBy: 3) }
            position = self.index(after: position)
        }
        return nil
    }
}
