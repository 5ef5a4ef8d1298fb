import RegistryModel
import Testing

struct RegistryErrorTests {
    @Test func codesKeepTheirSpelling() {
        let codes: [(RegistryError.Code, String)] = [
            (.malformed, "malformed"), (.unknownParameter, "unknown_parameter"), (.notFound, "not_found"),
            (.unknownService, "unknown_service"), (.unknownInstance, "unknown_instance"),
            (.methodNotAllowed, "method_not_allowed"), (.conflict, "conflict"),
            (.staleIncarnation, "stale_incarnation"),
            (.preconditionFailed, "precondition_failed"), (.tooLarge, "too_large"),
            (.unsupportedMediaType, "unsupported_media_type"), (.invalid, "invalid"),
            (.unsupportedCheck, "unsupported_check"), (.shed, "shed"), (.storeUnavailable, "store_unavailable"),
            (.storeFull, "store_full"), (.notReady, "not_ready"), (.behind, "behind"), (.timeout, "timeout"),
            (.internalError, "internal_error"),
        ]
        for (code, spelling) in codes { #expect(code.description == spelling) }
        #expect(Set(codes.map(\.0)).count == codes.count)
    }

    @Test func oneFieldAtFaultIsTheMessage() {
        let error = RegistryError.invalid([FieldError(field: "instance.port", message: "is 0; a port is 1 to 65535")])
        #expect(error.code == .invalid)
        #expect(error.message == "instance.port is 0; a port is 1 to 65535.")
        #expect(error.fields.count == 1)
        #expect(error.retryAfter == nil)
    }

    @Test func severalFieldsAreCountedAndListed() {
        let error = RegistryError.invalid([
            FieldError(field: "a", message: "is empty"), FieldError(field: "b", message: "is 0"),
        ])
        #expect(error.message == "2 fields are at fault; `errors` names each.")
        #expect(error.description == "invalid: 2 fields are at fault; `errors` names each. (a is empty; b is 0)")
    }

    @Test func theUnknownIsNamed() {
        let service = ServiceKey(namespace: "shop", name: "payments")
        let unknownService = RegistryError.unknownService(service)
        #expect(unknownService.code == .unknownService)
        #expect(
            unknownService.message == "No service shop/payments has been seen; register an instance of it first.")
        let unknownInstance = RegistryError.unknownInstance(InstanceKey(service: service, id: "one"))
        #expect(unknownInstance.code == .unknownInstance)
        #expect(
            unknownInstance.message == "No instance one of service shop/payments is on the roll; register it again.")
    }

    @Test func carriesWhenToRetry() {
        let error = RegistryError(.storeFull, "The disk is full; make room.", retryAfter: .seconds(5))
        #expect(error.retryAfter == .seconds(5))
        #expect(error.description == "store_full: The disk is full; make room.")
    }
}
