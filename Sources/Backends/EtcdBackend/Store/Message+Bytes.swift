import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Message {
    /// Its serialised form. Nothing that this program stores has required fields or limits that could be missed.
    var bytes: Data {
        do {
            return try self.serializedBytes()
        } catch {
            preconditionFailure("\(Self.protoMessageName) cannot be serialised: \(error)")
        }
    }
}
