import RegistryTestKit

/// Damage to a text: bytes changed, removed, repeated, or replaced by what parsers stumble over.
enum Mutation {
    private static let fragments: [[UInt8]] =
        [
            "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "true", "-", "1e999", "\\u", "\\ud800", "\\u0000", "0",
            "9999999999",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "\"a\":", "1.5", "{}", "[]", "\u{1}", "🦑", " ",
        ].map { Array($0.utf8) } + [[0xFF], [0x80], [0xED, 0xA0, 0x80], [0]]

    static func mutate(_ body: inout [UInt8], _ generator: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !body.isEmpty {
            let position = Int.random(in: 0..<body.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: body[position] = UInt8.random(in: 0...255, using: &generator)
            case 1: body.remove(at: position)
            case 2: body.insert(contentsOf: self.fragments.randomElement(using: &generator) ?? [], at: position)
            case 3: body.removeLast(body.count - position)
            case 4:
                let end = min(body.count, position + Int.random(in: 0..<40, using: &generator))
                body.insert(
                    contentsOf: Array(body[position..<end]), at: Int.random(in: 0...body.count, using: &generator))
            default:
                let end = min(body.count, position + Int.random(in: 0..<20, using: &generator))
                body.replaceSubrange(position..<end, with: self.fragments.randomElement(using: &generator) ?? [])
            }
        }
    }
}
