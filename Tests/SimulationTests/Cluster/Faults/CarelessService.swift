import Foundation
import RegistryModel

@testable import EtcdBackend

/// Writes over whatever is there.
struct CarelessService: LinkedService {
    let link: EtcdLink

    func transaction(_ request: EtcdTxnRequest, isRepeatable: Bool) async throws(EtcdError) -> EtcdTxnResponse {
        var request = request
        for index in request.success.indices {
            guard case .requestTxn(var nested) = request.success[index].request else { continue }
            nested.compare = []
            request.success[index].requestTxn = nested
        }
        return try await self.link.transaction(request, isRepeatable: isRepeatable)
    }
}
