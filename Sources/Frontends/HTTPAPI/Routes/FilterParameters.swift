import HTTPSupport
import RegistryCatalog
import RegistryModel

/// The parameters that say which instances are wanted, the same for discover, lists, select and watch.
enum FilterParameters {
    /// What selects by what an instance is.
    static let traits = [
        QueryParameter("tag", .repeated), QueryParameter("version"), QueryParameter("zone"), QueryParameter("region"),
        QueryParameter("protocol"), QueryParameter("metadata.", .prefix),
    ]
    /// What selects by how it is.
    static let states = [QueryParameter("status"), QueryParameter("health")]
    static let all = Self.traits + Self.states
}

extension Query {
    /// The filter that the query describes; faults are collected.
    mutating func filter() -> InstanceFilter {
        InstanceFilter(
            tags: self.tags(), version: self.versions(), zone: self.text("zone"), region: self.text("region"),
            protocol: self.text("protocol"), metadata: self.metadata(), status: self.status(), health: self.health())
    }

    private mutating func tags() -> [String] {
        let tags = self.texts("tag")
        if tags.count > Limits.tags {
            self.fail("tag", "is given \(tags.count) times; an instance has at most \(Limits.tags)")
        }
        if tags.contains("") { self.fail("tag", "is empty; name a tag, or leave the parameter out") }
        return tags
    }

    private mutating func versions() -> VersionFilter? {
        guard let text = self.text("version") else { return nil }
        do {
            return try VersionFilter(text)
        } catch {
            for fault in error.fields { self.fail(fault.field, fault.message) }
            return nil
        }
    }

    private mutating func metadata() -> Metadata {
        Metadata(self.texts(withPrefix: "metadata.").map { Metadata.Pair(key: $0.name, value: $0.value) })
    }

    private mutating func status() -> InstanceStatus? {
        guard let text = self.text("status") else { return nil }
        guard let status = InstanceStatus(text) else {
            let known = InstanceStatus.allCases.map(\.description).joined(separator: ", ")
            self.fail("status", "is \"\(FieldCheck.excerpt(text))\"; it is one of \(known)")
            return nil
        }
        return status
    }

    private mutating func health() -> InstanceFilter.HealthWish? {
        guard let text = self.text("health") else { return nil }
        if text.lowercased() == "any" { return .any }
        guard let state = HealthState(text) else {
            self.fail("health", "is \"\(FieldCheck.excerpt(text))\"; it is up, down, unknown or any")
            return nil
        }
        return .state(state)
    }
}
