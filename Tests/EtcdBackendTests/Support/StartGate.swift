/// Lets a few at a time start their servers, as they came.
///
/// Every suite asks for an etcd at once, which is more than two cores start before a client gives up on one of them.
actor StartGate {
    static let shared = StartGate(places: 3)

    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { self.places = places }

    func pass<Failure: Error>(_ body: sending () async throws(Failure) -> Void) async throws(Failure) {
        await self.enter()
        defer { self.leave() }
        try await body()
    }

    private func enter() async {
        guard self.places == 0 else {
            self.places -= 1
            return
        }
        await withCheckedContinuation { self.waiting.append($0) }
    }

    private func leave() {
        guard !self.waiting.isEmpty else {
            self.places += 1
            return
        }
        self.waiting.removeFirst().resume()
    }
}
