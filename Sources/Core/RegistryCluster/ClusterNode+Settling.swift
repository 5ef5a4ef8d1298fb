public import RegistryCatalog
public import RegistryModel

extension ClusterNode {
    /// An operator's word on which history counts, when the store holds another one than this node.
    ///
    /// - Parameter catalog: what this node shows, which ``HistoryVerdict/reseed`` writes back.
    /// - Throws: `conflict` when there is nothing to settle, and `store_unavailable` or `store_full` when it cannot be done.
    public func settle(
        _ verdict: HistoryVerdict, keeping catalog: @autoclosure () -> StoredCatalog
    ) async throws(RegistryError) {
        guard self.store.obstacle != nil else { throw .nothingToSettle }
        do throws(StoreError) {
            try await self.store.settle(verdict, keeping: catalog())
        } catch  where error.code == .refused {
            throw .nothingToSettle
        } catch {
            throw RegistryError(
                error.code == .full ? .storeFull : .storeUnavailable,
                "Which history counts could not be settled: \(error.message)", retryAfter: .seconds(1))
        }
    }
}

extension RegistryError {
    static let nothingToSettle = RegistryError(
        .conflict, "The store holds the history that this node follows; there is nothing to settle.")
}
