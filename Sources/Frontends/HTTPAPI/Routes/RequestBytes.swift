import NIOCore
import RegistryJSON
import RegistryModel

/// The body of a request, to be read by one of `RequestBody`'s readers.
struct RequestBytes {
    let buffer: ByteBuffer

    /// Reads the body. Throws `malformed` when it is no JSON, and `invalid` with every field at fault.
    func read<Value: Sendable>(
        _ decode: (Span<UInt8>) throws(JSONError) -> Decoded<Value>
    ) throws(RegistryError) -> (value: Value, warnings: [String]) {
        do {
            let decoded = try decode(self.buffer.readableBytesUInt8Span)
            return (try decoded.get(), decoded.warnings)
        } catch let error as JSONError {
            throw RegistryError(error)
        } catch let error as RegistryError {
            throw error
        } catch {
            throw RegistryError(.internalError, "The body could not be read.")
        }
    }
}
