import RegistryModel

/// Why one instance is in an answer of discover, or is not.
public struct InstanceExplanation: Sendable, Hashable {
    /// Where a query lets an instance go. In the order in which they are passed.
    public enum Stage: String, Sendable, Hashable, CaseIterable {
        /// What the caller asks for of tags, version, zone, region, protocol and metadata.
        case filter
        /// What was observed.
        case health
        /// What an operator decided.
        case override
        /// What its owner says.
        case status
        /// Only for select: its share of the calls.
        case weight
        /// It is listed, and may be selected.
        case strategy
    }

    /// One thing that is so, for programs and for people.
    public struct Reason: Sendable, Hashable {
        public var code: Code
        /// A sentence.
        public var text: String

        public init(_ code: Code, _ text: String) {
            self.code = code
            self.text = text
        }
    }

    public var id: String
    /// Whether the query lists it.
    public var isListed: Bool
    /// Whether select, asked the same, may choose it.
    public var isSelectable: Bool
    /// Where it was let go; `strategy` when it was not.
    public var stage: Stage
    /// What decided.
    public var reason: Reason
    /// What is true besides.
    public var notes: [Reason]

    public init(
        id: String, isListed: Bool, isSelectable: Bool, stage: Stage, reason: Reason, notes: [Reason] = []
    ) {
        self.id = id
        self.isListed = isListed
        self.isSelectable = isSelectable
        self.stage = stage
        self.reason = reason
        self.notes = notes
    }
}

extension InstanceExplanation {
    /// Every reason there is.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        // Listed.
        /// Status and health are UP.
        case available
        /// DOWN, but together with so many that the registry doubts it: listed last, with a flag.
        case suspect
        /// The query asks for instances that are not available, and this is one.
        case wanted

        // Not what the caller asks for.
        case tagMissing = "tag_missing"
        case versionDiffers = "version_differs"
        case zoneDiffers = "zone_differs"
        case regionDiffers = "region_differs"
        case protocolDiffers = "protocol_differs"
        case metadataDiffers = "metadata_differs"
        case healthNotWanted = "health_not_wanted"
        case statusNotWanted = "status_not_wanted"

        // Not well.
        case heartbeatMissed = "heartbeat_missed"
        case reportedDown = "reported_down"
        case checkFailing = "check_failing"
        case resourceShort = "resource_short"
        case notChecked = "not_checked"

        // Withheld.
        case overrideStatus = "override_status"
        case starting
        case draining
        case outOfService = "out_of_service"

        // Beside the point, but true.
        case overrideWeight = "override_weight"
        case weightZero = "weight_zero"
        case suspectSpared = "suspect_spared"
        case warmingUp = "warming_up"
        case addressShared = "address_shared"
    }
}
