/// Every field of every body, spelled once. Writers and readers both take the names from here.
public enum Field {
    // What identifies things.
    public static let id: StaticString = "id"
    public static let namespace: StaticString = "namespace"
    public static let name: StaticString = "name"
    public static let service: StaticString = "service"
    public static let serviceID: StaticString = "service_id"
    public static let instance: StaticString = "instance"
    public static let instanceID: StaticString = "instance_id"
    public static let registryID: StaticString = "registry_id"
    public static let incarnation: StaticString = "incarnation"
    public static let revision: StaticString = "revision"

    // Of a service.
    public static let type: StaticString = "type"
    public static let versions: StaticString = "versions"

    // Of a service's protection.
    public static let protection: StaticString = "protection"
    public static let verdict: StaticString = "verdict"
    public static let suspects: StaticString = "suspects"
    public static let lifted: StaticString = "lifted"

    // Of an instance.
    public static let host: StaticString = "host"
    public static let port: StaticString = "port"
    public static let `protocol`: StaticString = "protocol"
    public static let version: StaticString = "version"
    public static let status: StaticString = "status"
    public static let health: StaticString = "health"
    public static let available: StaticString = "available"
    public static let suspect: StaticString = "suspect"
    public static let weight: StaticString = "weight"
    public static let tags: StaticString = "tags"
    public static let metadata: StaticString = "metadata"
    public static let locality: StaticString = "locality"
    public static let region: StaticString = "region"
    public static let zone: StaticString = "zone"
    public static let ports: StaticString = "ports"
    public static let ttl: StaticString = "ttl"
    public static let checks: StaticString = "checks"
    public static let deregisterAfter: StaticString = "deregister_after"
    public static let override: StaticString = "override"
    public static let serviceOverride: StaticString = "service_override"
    public static let registered: StaticString = "registered"
    public static let createdAt: StaticString = "created_at"
    public static let updatedAt: StaticString = "updated_at"

    // Of a check.
    public static let path: StaticString = "path"
    public static let interval: StaticString = "interval"
    public static let timeout: StaticString = "timeout"
    public static let failuresBeforeDown: StaticString = "failures_before_down"

    // Of health and load.
    public static let check: StaticString = "check"
    public static let details: StaticString = "details"
    public static let cpu: StaticString = "cpu"
    public static let memory: StaticString = "memory"
    public static let disk: StaticString = "disk"
    public static let network: StaticString = "network"
    public static let receivedBytes: StaticString = "rx_bytes"
    public static let sentBytes: StaticString = "tx_bytes"
    public static let errors: StaticString = "errors"
    public static let error: StaticString = "error"
    public static let load: StaticString = "load"
    public static let requests: StaticString = "requests"
    public static let latency: StaticString = "latency"
    public static let lastCheck: StaticString = "last_check"
    public static let since: StaticString = "since"

    // Of an override.
    public static let scope: StaticString = "scope"
    public static let expiresAfter: StaticString = "expires_after"
    public static let expiresAt: StaticString = "expires_at"
    public static let absentSince: StaticString = "absent_since"

    // Of the history.
    public static let time: StaticString = "time"
    public static let cause: StaticString = "cause"
    public static let actor: StaticString = "actor"
    public static let detail: StaticString = "detail"

    // Of lists and answers.
    public static let services: StaticString = "services"
    public static let instances: StaticString = "instances"
    public static let namespaces: StaticString = "namespaces"
    public static let overrides: StaticString = "overrides"
    public static let records: StaticString = "records"
    public static let results: StaticString = "results"
    public static let nextCursor: StaticString = "next_cursor"
    public static let warnings: StaticString = "warnings"
    public static let renewed: StaticString = "renewed"
    public static let unknown: StaticString = "unknown"
    public static let stale: StaticString = "stale"
    public static let strategy: StaticString = "strategy"
    public static let reason: StaticString = "reason"
    public static let considered: StaticString = "considered"
    public static let steps: StaticString = "steps"
    public static let stage: StaticString = "stage"
    public static let remaining: StaticString = "remaining"
    public static let listed: StaticString = "listed"
    public static let selectable: StaticString = "selectable"
    public static let notes: StaticString = "notes"
    public static let departed: StaticString = "departed"

    // Of a subscriber and of a drain.
    public static let subscribers: StaticString = "subscribers"
    public static let kind: StaticString = "kind"
    public static let client: StaticString = "client"
    public static let scope: StaticString = "scope"
    public static let connected: StaticString = "connected"
    public static let complete: StaticString = "complete"
    public static let confirmed: StaticString = "confirmed"
    public static let delivered: StaticString = "delivered"
    public static let pending: StaticString = "pending"
    public static let gone: StaticString = "gone"

    // Of a problem.
    public static let title: StaticString = "title"
    public static let code: StaticString = "code"
    public static let field: StaticString = "field"
    public static let message: StaticString = "message"

    // Of a watch event.
    public static let snapshot: StaticString = "snapshot"
    public static let changes: StaticString = "changes"
    public static let removed: StaticString = "removed"
    public static let from: StaticString = "from"
    public static let to: StaticString = "to"

    // Of a subscription.
    public static let subscriptions: StaticString = "subscriptions"
    public static let serviceName: StaticString = "service_name"
    public static let clientID: StaticString = "client_id"
    public static let callback: StaticString = "callback"
    public static let secret: StaticString = "secret"
    public static let lastNotify: StaticString = "last_notify"
    public static let retryCount: StaticString = "retry_count"
    public static let acknowledgedRevision: StaticString = "acknowledged_revision"
    public static let sequence: StaticString = "sequence"
    public static let subscriptionID: StaticString = "subscription_id"
}
