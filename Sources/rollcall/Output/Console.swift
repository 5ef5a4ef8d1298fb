#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The terminal, or whatever the streams lead to. Results go to standard output, everything else to standard error.
enum Console {
    static func write(_ text: String) { self.write(Array(text.utf8), to: STDOUT_FILENO) }

    static func write(_ bytes: [UInt8]) { self.write(bytes, to: STDOUT_FILENO) }

    /// A sentence for whoever runs the program.
    static func note(_ text: String) { self.write(Array((text + "\n").utf8), to: STDERR_FILENO) }

    /// Everything that can be read from standard input, up to `limit` bytes; nil beyond.
    static func readAll(limit: Int) -> [UInt8]? { self.readAll(from: STDIN_FILENO, limit: limit) }

    /// The content of a file, up to `limit` bytes.
    static func readFile(_ path: String, limit: Int) throws(ConsoleError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else {
            throw ConsoleError("\(path) cannot be read: \(String(cString: strerror(errno)).lowercased()).")
        }
        defer { close(descriptor) }
        guard let bytes = self.readAll(from: descriptor, limit: limit) else {
            throw ConsoleError("\(path) cannot be read, or is larger than \(limit) bytes.")
        }
        return bytes
    }

    private static func readAll(from descriptor: Int32, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= limit {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count > 0 {
                bytes.append(contentsOf: buffer[..<count])
            } else if errno != EINTR {
                return nil
            }
        }
        return nil
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                // Nobody reads any more: `rollcall services | head`. There is nobody to tell, either.
                return
            }
        }
    }
}

struct ConsoleError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
