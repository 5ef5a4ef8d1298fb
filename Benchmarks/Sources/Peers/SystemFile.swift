#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Small files read to their end, also those of `/proc`, which say that they are empty.
public enum SystemFile {
    public static func text(_ path: String) -> String? {
        self.bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    public static func bytes(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            if count == 0 { return ferror(file) == 0 ? bytes : nil }
            bytes.append(contentsOf: piece[..<count])
        }
    }

    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    /// Makes or replaces a file.
    public static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "w") else {
            throw Fault(description: "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        let count = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, count == bytes.count else {
            throw Fault(description: "\(path) could not be written whole.")
        }
    }
}
