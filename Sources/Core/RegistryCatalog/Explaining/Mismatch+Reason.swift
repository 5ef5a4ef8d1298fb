import RegistryModel

extension InstanceFilter.Mismatch {
    /// The wish, and what the instance has instead.
    func reason(for spec: InstanceSpec, _ filter: InstanceFilter) -> InstanceExplanation.Reason {
        switch self {
        case .tag(let tag):
            return .init(.tagMissing, "The query asks for tag \(Self.quoted(tag)); it has \(Self.list(spec.tags)).")
        case .version:
            let wish = filter.version?.description ?? ""
            return .init(.versionDiffers, Self.differs("version", wish, spec.version))
        case .zone:
            return .init(.zoneDiffers, Self.differs("zone", filter.zone ?? "", spec.locality.zone))
        case .region:
            return .init(.regionDiffers, Self.differs("region", filter.region ?? "", spec.locality.region))
        case .protocol:
            return .init(.protocolDiffers, Self.differs("protocol", filter.protocol ?? "", spec.protocol))
        case .metadata(let key):
            let name = "metadata.\(FieldCheck.excerpt(key))"
            return .init(
                .metadataDiffers, Self.differs(name, filter.metadata[key] ?? "", spec.metadata[key] ?? ""))
        }
    }

    private static func differs(_ name: String, _ wish: String, _ value: String) -> String {
        "The query asks for \(name) \(self.quoted(wish)); it has \(value.isEmpty ? "none" : self.quoted(value))."
    }

    private static func quoted(_ text: String) -> String { "\"\(FieldCheck.excerpt(text))\"" }

    private static func list(_ tags: [String]) -> String {
        guard !tags.isEmpty else { return "none" }
        let shown = tags.prefix(8).map(self.quoted).joined(separator: ", ")
        return tags.count > 8 ? "\(shown) and \(tags.count - 8) more" : shown
    }
}
