/// How one member is.
struct EtcdStatus: Hashable {
    let version: String
    let memberID: UInt64
    let clusterID: UInt64
    let revision: Int64
    /// 0: it knows none.
    let leader: UInt64
    /// Bytes of its file, which only ever grows until it is defragmented.
    let fileBytes: Int64
    /// Bytes of it in use. 0: the member is too old to say.
    let usedBytes: Int64
    /// What the member itself complains of.
    let errors: [String]
}

/// Something that a member cannot go on with until an operator has helped.
struct EtcdAlarm: Hashable {
    enum Kind: Hashable {
        /// The quota is used up: it takes no writes.
        case noSpace
        case corrupt
        case other(Int)
    }

    let memberID: UInt64
    let kind: Kind
}

extension EtcdClient {
    /// How long a question about etcd itself may take: it is answered from memory, and whoever asks wants to know above all who does not answer.
    private static let questionTime = Duration.seconds(1)

    func status(of endpoint: Int) async throws(EtcdError) -> EtcdStatus {
        let response = try await self.call(
            .status, EtcdStatusRequest(), isRead: true, on: endpoint, within: Self.questionTime)
        return EtcdStatus(
            version: response.version, memberID: response.header.memberID, clusterID: response.header.clusterID,
            revision: response.header.revision, leader: response.leader, fileBytes: response.dbSize,
            usedBytes: response.dbSizeInUse, errors: response.errors)
    }

    func alarms() async throws(EtcdError) -> [EtcdAlarm] {
        var request = EtcdAlarmRequest()
        request.action = .get
        let response = try await self.call(.alarm, request, isRead: true, within: Self.questionTime)
        return response.alarms.map { member in
            let kind: EtcdAlarm.Kind =
                switch member.alarm {
                case .nospace: .noSpace
                case .corrupt: .corrupt
                default: .other(member.alarm.rawValue)
                }
            return EtcdAlarm(memberID: member.memberID, kind: kind)
        }
    }
}
