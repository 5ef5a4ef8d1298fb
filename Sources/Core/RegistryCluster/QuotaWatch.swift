import RegistryCatalog

/// Where the store comes close to its quota, so that it is told once, and once when it is well again.
struct QuotaWatch {
    enum News: Equatable {
        /// Somebody should make room.
        case isShort(StoreReport.Endpoint)
        case isWell
    }

    /// Addresses of endpoints. One that does not answer is as it was.
    private var short: Set<String> = []

    mutating func note(_ report: StoreReport) -> News? {
        let wasShort = !self.short.isEmpty
        var newest: StoreReport.Endpoint?
        for endpoint in report.endpoints {
            switch report.needsRoom(endpoint) {
            case true?:
                self.short.insert(endpoint.address)
                newest = newest ?? endpoint
            case false?: self.short.remove(endpoint.address)
            case nil: break
            }
        }
        if !wasShort, let newest { return .isShort(newest) }
        return wasShort && self.short.isEmpty ? .isWell : nil
    }
}
