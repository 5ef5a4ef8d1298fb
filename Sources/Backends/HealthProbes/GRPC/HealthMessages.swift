import NIOCore

/// The two messages of grpc.health.v1, in the encoding of Protocol Buffers, each with the prefix that gRPC puts before a message.
enum HealthMessages {
    /// `HealthCheckResponse.ServingStatus`.
    enum ServingStatus: Int, Sendable, Hashable {
        case unknown = 0
        case serving = 1
        case notServing = 2
        case serviceUnknown = 3

        var name: String {
            switch self {
            case .unknown: "UNKNOWN"
            case .serving: "SERVING"
            case .notServing: "NOT_SERVING"
            case .serviceUnknown: "SERVICE_UNKNOWN"
            }
        }
    }

    /// `HealthCheckRequest`: field 1, the service.
    static func request(service: String) -> ByteBuffer {
        var message = ByteBuffer()
        if !service.isEmpty {
            message.writeInteger(UInt8(1 << 3 | 2))
            Self.write(UInt64(service.utf8.count), to: &message)
            message.writeString(service)
        }
        var prefixed = ByteBuffer()
        // Not compressed.
        prefixed.writeInteger(UInt8(0))
        prefixed.writeInteger(UInt32(message.readableBytes))
        prefixed.writeBuffer(&message)
        return prefixed
    }

    /// `HealthCheckResponse`: field 1, the status. Other fields are passed over, a status that is new to us is `unknown`.
    ///
    /// - Returns: nil when it is no such message.
    static func response(_ bytes: ByteBuffer) -> ServingStatus? {
        var bytes = bytes
        guard bytes.readInteger(as: UInt8.self) == 0, let count = bytes.readInteger(as: UInt32.self),
            count == bytes.readableBytes
        else { return nil }
        var status = ServingStatus.unknown
        while bytes.readableBytes > 0 {
            guard let tag = Self.readVarint(&bytes) else { return nil }
            switch tag & 7 {
            case 0:
                guard let value = Self.readVarint(&bytes) else { return nil }
                if tag >> 3 == 1 { status = Int(exactly: value).flatMap(ServingStatus.init) ?? .unknown }
            case 1: guard bytes.readSlice(length: 8) != nil else { return nil }
            case 2:
                guard let count = Self.readVarint(&bytes).flatMap({ Int(exactly: $0) }),
                    bytes.readSlice(length: count) != nil
                else { return nil }
            case 5: guard bytes.readSlice(length: 4) != nil else { return nil }
            default: return nil
            }
        }
        return status
    }

    private static func write(_ value: UInt64, to buffer: inout ByteBuffer) {
        var rest = value
        while rest > 0x7F {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(rest))
    }

    private static func readVarint(_ buffer: inout ByteBuffer) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = buffer.readInteger(as: UInt8.self) else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
