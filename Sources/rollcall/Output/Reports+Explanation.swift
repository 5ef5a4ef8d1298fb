import RollcallClient

extension Reports {
    /// Each instance with its reason, and below it what is true besides; then who left.
    static func explanation(_ document: ExplanationDocument) -> String {
        var table = Table("INSTANCE", "LISTED", "SELECTABLE", "STATUS", "HEALTH", "STAGE", "CODE", "WHY")
        for instance in document.instances {
            table.add(
                instance.id, self.word(instance.isListed), self.word(instance.isSelectable),
                instance.status.description, instance.health.description, instance.stage, instance.reason.code,
                instance.reason.text)
            for note in instance.notes { table.add("", "", "", "", "", "", note.code, note.text) }
        }
        guard !document.departed.isEmpty else { return table.description }
        var departed = Table("LEFT", "TIME", "REVISION", "CAUSE", "ACTOR", "DETAIL")
        for record in document.departed {
            departed.add(
                record.instance, record.time.description, record.revision.description, record.cause, record.actor,
                record.detail)
        }
        return table.description + "\n" + departed.description
    }

    private static func word(_ isSo: Bool) -> String { isSo ? "yes" : "no" }
}
