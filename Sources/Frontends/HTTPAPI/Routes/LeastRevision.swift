import HTTPSupport
import HTTPTypes
import RegistryCatalog
import RegistryModel

/// What a reader has seen on another node, so that this one does not show it something older.
extension APIContext {
    /// Waits, at most a second, until this node shows the revision that `Rollcall-Min-Revision` names.
    ///
    /// Throws `malformed` for a text that is no revision, and `behind`. A node that is alone shows all there is.
    func awaitLeastRevision(_ request: APIRequest) async throws(RegistryError) {
        let least = try request.revision(in: .rollcallMinRevision)
        try await self.awaitRevision(least)
    }

    /// Waits until this node shows a revision that it may be told of by a reader. Throws `behind`.
    func awaitRevision(_ revision: Revision?) async throws(RegistryError) {
        guard let revision, self.catalog.isShared, revision > self.catalog.appliedRevision else { return }
        try await self.catalog.awaitRevision(revision)
    }
}

extension APIRequest {
    /// The revision in a header; nil when there is none, or it is empty. Throws `malformed`, naming the header.
    func revision(in name: HTTPField.Name) throws(RegistryError) -> Revision? {
        guard let text = self.header(name), !text.isEmpty else { return nil }
        guard let number = Int64(text), (0...Limits.largestInteger).contains(number) else {
            throw RegistryError(
                .malformed, "\(name.rawName) is a revision.",
                fields: [FieldError(field: name.rawName, message: "is a revision")])
        }
        return Revision(number)
    }
}
