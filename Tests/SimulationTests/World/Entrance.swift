/// Where those who ask find a process of the registry.
protocol Entrance: Sendable {
    /// The process that answers now; nil while there is none.
    var registry: Registry? { get }

    /// Whoever asked had no answer that helped him.
    func disappoint()
}

extension Entrance {
    func disappoint() {}
}
