import RollcallClient

extension Reports {
    static func drain(_ answer: DrainAnswer, of key: InstanceKey) -> String {
        var text = "\(Table.printable(key.description)) is DRAINING since revision \(answer.revision). "
        text +=
            answer.isComplete
            ? "Nobody who reads the service is left to use it.\n"
            : "Some may still use it, or have not said otherwise.\n"
        var table = Table("SUBSCRIBER", "KIND", "CLIENT", "STATE")
        for (state, subscribers) in [
            ("confirmed", answer.confirmed), ("delivered, not confirmed", answer.delivered),
            ("not delivered", answer.pending), ("gone", answer.gone),
        ] {
            for subscriber in subscribers { table.add(subscriber.id, subscriber.kind, subscriber.client, state) }
        }
        if !table.isEmpty { text += table.description }
        guard !answer.nodes.isEmpty else { return text }
        var nodes = Table("NODE", "ITS READERS")
        for node in answer.nodes { nodes.add(node.node, node.standing) }
        return text + nodes.description
    }

    static func subscribers(_ subscribers: [SubscriberDocument]) -> String {
        var table = Table("SUBSCRIBER", "KIND", "CLIENT", "READS", "SINCE", "DELIVERED", "CONFIRMED", "CONNECTED")
        for subscriber in subscribers {
            table.add(
                subscriber.id, subscriber.kind, subscriber.client, subscriber.scope,
                subscriber.since?.description ?? "", subscriber.delivered?.description ?? "",
                subscriber.confirmed?.description ?? "", subscriber.isConnected ? "yes" : "no")
        }
        return table.description
    }
}
