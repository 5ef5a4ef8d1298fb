import RollcallClient

extension Reports {
    /// The nodes, the endpoints of the store, and below them in sentences what is not as it should be.
    static func cluster(_ document: ClusterDocument) -> String {
        var text = self.members(document)
        if !document.store.endpoints.isEmpty { text += "\n" + self.endpoints(document.store) }
        let remarks = ClusterRemarks.all(document)
        if !remarks.isEmpty { text += "\n" + remarks.map { Table.printable($0) + "\n" }.joined() }
        return text
    }

    private static func members(_ document: ClusterDocument) -> String {
        var table = Table("NODE", "ADDRESS", "VERSION", "REVISION", "LAG", "SERVICES", "STANDSTILLS", "HASH")
        for member in document.members {
            let standstills = member.standstills == 0 ? "0" : "\(member.standstills) (\(member.stoodStill))"
            table.add(
                member.isSelf ? "\(member.node) (self)" : member.node, member.address, member.version,
                member.applied?.description ?? "", member.lag.map { String($0) } ?? "", String(member.services),
                standstills, self.hash(member))
        }
        return table.description
    }

    /// Its beginning tells two states apart.
    private static func hash(_ member: ClusterDocument.Member) -> String {
        let digits = String((member.hash ?? "").prefix(8))
        return member.agrees == false ? "\(digits) (differs)" : digits
    }

    private static func endpoints(_ store: ClusterDocument.Store) -> String {
        var table = Table("STORE", "VERSION", "LEADER", "REVISION", "BYTES", "USED")
        for endpoint in store.endpoints {
            guard let version = endpoint.version else {
                table.add(endpoint.address, "", "", "", "", "")
                continue
            }
            table.add(
                endpoint.address, version, endpoint.isLeader ? "yes" : "no", String(endpoint.revision),
                String(endpoint.bytes), String(endpoint.usedBytes))
        }
        return table.description
    }

    /// What an operator's word on the history will do.
    ///
    /// - Parameters:
    ///   - document: what the node says that is to be told.
    ///   - address: where that node is.
    static func settlement(
        _ verdict: ClusterVerdict, of document: ClusterDocument, at address: ServerAddress, because obstacle: String
    ) -> String {
        let name = document.members.first { $0.isSelf }.map { "node \($0.node)" } ?? "the node"
        let node = "\(name) at \(address)"
        let consequence =
            switch verdict {
            case .adopt:
                "What the store holds will count from now on. What only the nodes know, up to revision "
                    + "\(document.revision) of \(node), will be lost."
            case .reseed:
                "What \(node) knows, up to revision \(document.revision), will be written back and count from now on. "
                    + "What the store holds instead will be lost."
            }
        return Table.printable("\(self.sentence(obstacle)) \(consequence)")
    }

    /// What is in the way of writes: it says itself what to do, which is not the same for all.
    static func sentence(_ obstacle: String) -> String { obstacle.hasSuffix(".") ? obstacle : obstacle + "." }
}

/// What is to be said of a cluster that is not as it should be. Pure.
enum ClusterRemarks {
    static func all(_ document: ClusterDocument) -> [String] {
        self.store(document) + self.members(document)
    }

    private static func store(_ document: ClusterDocument) -> [String] {
        var remarks: [String] = []
        let store = document.store
        if let obstacle = store.obstacle {
            remarks.append("Nothing can be written: \(Reports.sentence(obstacle))")
        }
        if store.isFull {
            remarks.append("The store's quota is used up: nothing can be written until it has room.")
        }
        for endpoint in store.endpoints where !store.isFull && store.needsRoom(endpoint) {
            remarks.append(
                "The store at \(endpoint.address) takes \(endpoint.bytes * 100 / store.quota) % of the \(store.quota) bytes that etcd.quota gives it; "
                    + "when its quota is used up nothing can be written. Defragment it, or raise its quota; if it has another one, say so in etcd.quota."
            )
        }
        for endpoint in store.endpoints {
            if endpoint.version == nil { remarks.append("The store does not answer at \(endpoint.address).") }
            for error in endpoint.errors { remarks.append("The store at \(endpoint.address) complains: \(error)") }
        }
        if document.source != "live" {
            remarks.append(
                "Answers come from the \(document.source), not from the store; they are up to \(document.age) old.")
        } else if document.age > .zero {
            remarks.append("The store has not confirmed anything for \(document.age).")
        }
        return remarks
    }

    private static func members(_ document: ClusterDocument) -> [String] {
        var remarks: [String] = []
        if document.isCutOff {
            remarks.append(
                "The node that answered is cut off: what it says does not come back to it, so it takes nobody for silent."
            )
        }
        if document.type != "embedded", document.members.contains(where: { $0.isSelf && $0.epoch == nil }) {
            remarks.append(
                "The node that answered is no member yet: a node joins some seconds after it has begun to follow the store."
            )
        }
        for member in document.members where member.agrees == false {
            remarks.append("Node \(member.node) had another state than this one at the same revision.")
        }
        let processes = Dictionary(grouping: document.members, by: \.node)
        for (node, members) in processes.sorted(by: { $0.key < $1.key }) where members.count > 1 {
            remarks.append(
                "\(members.count) processes run on the data directory of node \(node): stop all but one. One that was "
                    + "restarted a moment ago is counted twice for some seconds.")
        }
        return remarks
    }
}
