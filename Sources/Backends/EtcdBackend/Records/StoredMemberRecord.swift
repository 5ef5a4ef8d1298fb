import RegistryCatalog
import RegistryModel

/// The stored form of a process of the cluster. Whose it is says its key, and when it joined the revision that made the key.
extension StoredMemberRecord {
    init(_ member: Member) {
        self.init()
        self.schema = UInt32(clamping: member.schema)
        self.node = member.node
        self.address = member.address
        self.version = member.version
        self.startedAt = member.startedAt.milliseconds
    }

    func model(id: UInt64, epoch: Int64) -> Member {
        Member(
            id: id, epoch: epoch, node: self.node, address: self.address, version: self.version,
            schema: Int(self.schema), startedAt: Timestamp(milliseconds: self.startedAt))
    }
}
