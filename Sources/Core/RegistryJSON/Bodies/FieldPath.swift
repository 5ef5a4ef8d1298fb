import RegistryModel

/// Where in a body a reader is; made into text only when there is something to say about it.
struct FieldPath {
    private enum Step {
        case key(JSONKey)
        case index(Int)
        /// Within an object or array whose first entry has not been reached.
        case entered
    }

    private var steps: [Step] = []

    init() { self.steps.reserveCapacity(8) }

    mutating func enter() { self.steps.append(.entered) }
    mutating func leave() { self.steps.removeLast() }
    mutating func move(to key: JSONKey) { self.steps[self.steps.count - 1] = .key(key) }
    mutating func move(to index: Int) { self.steps[self.steps.count - 1] = .index(index) }

    /// `instances[3].instance.port`; `body` for the whole of it.
    var text: String {
        let text = self.joined
        return text.isEmpty ? "body" : text
    }

    /// The path of a field of the object that was read last or is being read: `instances[3].instance.host`.
    func text(of field: String) -> String {
        let text = self.joined
        return text.isEmpty ? field : "\(text).\(field)"
    }

    private var joined: String {
        self.steps.reduce(into: "") { text, step in
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + FieldCheck.excerpt(key.string)
            case .index(let index): text += "[\(index)]"
            case .entered: break
            }
        }
    }
}
