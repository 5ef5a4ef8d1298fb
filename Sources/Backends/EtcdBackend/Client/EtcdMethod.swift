import GRPCCore
import SwiftProtobuf

/// One call of etcd's interface: its name, and the messages that it takes and gives.
struct EtcdMethod<Request: Message, Response: Message>: Sendable {
    let descriptor: MethodDescriptor

    fileprivate init(_ service: String, _ method: String) {
        self.descriptor = MethodDescriptor(fullyQualifiedService: "etcdserverpb.\(service)", method: method)
    }
}

extension EtcdMethod where Request == EtcdRangeRequest, Response == EtcdRangeResponse {
    static var range: Self { Self("KV", "Range") }
}

extension EtcdMethod where Request == EtcdPutRequest, Response == EtcdPutResponse {
    static var put: Self { Self("KV", "Put") }
}

extension EtcdMethod where Request == EtcdDeleteRangeRequest, Response == EtcdDeleteRangeResponse {
    static var deleteRange: Self { Self("KV", "DeleteRange") }
}

extension EtcdMethod where Request == EtcdTxnRequest, Response == EtcdTxnResponse {
    static var transaction: Self { Self("KV", "Txn") }
}

extension EtcdMethod where Request == EtcdCompactionRequest, Response == EtcdCompactionResponse {
    static var compact: Self { Self("KV", "Compact") }
}

extension EtcdMethod where Request == EtcdWatchRequest, Response == EtcdWatchResponse {
    static var watch: Self { Self("Watch", "Watch") }
}

extension EtcdMethod where Request == EtcdLeaseGrantRequest, Response == EtcdLeaseGrantResponse {
    static var grant: Self { Self("Lease", "LeaseGrant") }
}

extension EtcdMethod where Request == EtcdLeaseRevokeRequest, Response == EtcdLeaseRevokeResponse {
    static var revoke: Self { Self("Lease", "LeaseRevoke") }
}

extension EtcdMethod where Request == EtcdLeaseKeepAliveRequest, Response == EtcdLeaseKeepAliveResponse {
    static var keepAlive: Self { Self("Lease", "LeaseKeepAlive") }
}

extension EtcdMethod where Request == EtcdAlarmRequest, Response == EtcdAlarmResponse {
    static var alarm: Self { Self("Maintenance", "Alarm") }
}

extension EtcdMethod where Request == EtcdStatusRequest, Response == EtcdStatusResponse {
    static var status: Self { Self("Maintenance", "Status") }
}

extension EtcdMethod where Request == EtcdAuthenticateRequest, Response == EtcdAuthenticateResponse {
    static var authenticate: Self { Self("Auth", "Authenticate") }
}
