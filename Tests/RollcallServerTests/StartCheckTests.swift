import RegistryModel
import Testing

@testable import RollcallServer

@Suite struct StartCheckTests {
    private static let files = OpenFileLimit(count: 20_000)

    private func faults(_ arguments: [String], within files: OpenFileLimit = Self.files) throws -> [String] {
        let loaded = try ServerConfiguration.load(arguments: arguments, environment: [:])
        do {
            _ = try loaded.checked(within: files)
            return []
        } catch {
            return error.faults.map { "\($0.field) \($0.message)" }
        }
    }

    @Test func theDefaultsStart() throws {
        let loaded = try ServerConfiguration.load(arguments: [], environment: [:])
        #expect(try loaded.checked(within: Self.files) == ServerConfiguration())
    }

    @Test(arguments: [
        ("--registry-type=etcd", "etcd.endpoints is empty; registry.type etcd needs at least one."),
        ("--database-driver=mysql", "database.driver is \"mysql\", but this version keeps records in the embedded"),
        ("--database-host=db", "database.host is \"db\", but this version keeps records in the embedded"),
        ("--redis-ca-file=ca.pem", "redis.ca_file is set, but redis.tls is false; set that to true, too."),
        ("--etcd-endpoints=a:1", "etcd.endpoints is \"a:1\", but registry.type is embedded; give registry.type etcd"),
        ("--loadbalancer-strategy=least_conn", "loadbalancer.strategy is \"least_conn\", but this version selects by"),
        ("--loadbalancer-weight-cpu=0.5", "loadbalancer.weight.cpu is \"0.5\", but this version does not weigh"),
    ])
    func whatThisVersionCannotDoIsRefused(argument: String, sentence: String) throws {
        let faults = try self.faults([argument])
        #expect(faults.count == 1 && faults[0].hasPrefix(sentence), "\(faults)")
    }

    @Test(arguments: ["2999ms", "1s"])
    func nodesThatTellEachOtherOfHeartbeatsNeedThreeSeconds(ttl: String) throws {
        let faults = try self.faults(["--registry-type=etcd", "--registry-ttl=\(ttl)"])
        #expect(
            faults.contains { $0.hasPrefix("registry.ttl is ") && $0.hasSuffix("etcd it is 3s or more.") }, "\(faults)")
        let longer = try self.faults(["--registry-type=etcd", "--registry-ttl=3s"])
        #expect(!longer.contains { $0.hasPrefix("registry.ttl") })
        #expect(try self.faults(["--registry-ttl=\(ttl)"]).isEmpty)
    }

    @Test(arguments: ["redis.internal", "10.0.0.7", "::", "127.example.org"])
    func aPasswordThatOthersCanReadOnItsWayIsWarnedOf(host: String) {
        var configuration = ServerConfiguration()
        configuration.redis.host = host
        #expect(configuration.warnings.isEmpty, "there is nothing to read")
        configuration.redis.password = "hunter2"
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.allSatisfy { $0.contains(host) && $0.contains("redis.tls") })
        #expect(!configuration.warnings.joined().contains("hunter2"))
        configuration.redis.usesTLS = true
        #expect(configuration.warnings.isEmpty)
    }

    @Test(arguments: ["127.0.0.1", "::1", "localhost", ""])
    func aPasswordThatStaysOnThisMachineIsNot(host: String) {
        var configuration = ServerConfiguration()
        configuration.redis.host = host
        configuration.redis.password = "hunter2"
        #expect(configuration.warnings.isEmpty)
    }

    @Test func soIsOneForEtcd() {
        var configuration = ServerConfiguration()
        configuration.etcd.endpoints = [
            "127.0.0.1:2379", "http://[::1]:2379", "https://10.0.0.6", "http://10.0.0.7", "etcd.internal:2379",
        ]
        configuration.etcd.password = "hunter2"
        #expect(configuration.warnings.isEmpty, "it is not used")
        configuration.registry.type = .etcd
        #expect(configuration.warnings.count == 1)
        let warning = configuration.warnings.joined()
        #expect(warning.contains("goes to 10.0.0.7:2379, etcd.internal:2379 without") && !warning.contains("hunter2"))
        configuration.etcd.authorityFile = "/etc/etcd/ca.pem"
        #expect(configuration.warnings.joined().contains("goes to 10.0.0.7:2379 without"))
        configuration.etcd.endpoints.remove(at: 3)
        #expect(configuration.warnings.isEmpty)
        (configuration.etcd.authorityFile, configuration.etcd.password) = ("", "")
        #expect(configuration.warnings.isEmpty, "there is nothing to read")
    }

    @Test("More history than etcd is given to keep is warned of, if it was asked for")
    func history() {
        var configuration = ServerConfiguration()
        configuration.registry.type = .etcd
        #expect(configuration.warnings.isEmpty, "the default is not asked for")
        configuration.history.maxRecords = 100_000
        #expect(configuration.warnings.isEmpty)
        configuration.history.maxRecords += 1
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.joined().contains("history.max_records is 100001, but"))
        configuration.registry.type = .embedded
        #expect(configuration.warnings.isEmpty)
    }

    @Test func aSecretIsRefusedWithoutBeingQuoted() throws {
        let faults = try self.faults(["--database-password=hunter2"])
        let sentence = "but this version keeps records in the embedded store only; leave it out."
        #expect(faults == ["database.password is set, \(sentence)"])
    }

    @Test func aClusterStarts() throws {
        #expect(
            try self.faults(["--registry-type=etcd", "--etcd-endpoints=a:1,b:2", "--registry-prefix=/other"]).isEmpty)
    }

    @Test(arguments: ["random", "round_robin", "weight"])
    func strategiesOfThisVersionStart(strategy: String) throws {
        #expect(try self.faults(["--loadbalancer-strategy", strategy]).isEmpty)
    }

    @Test func anAddressThatOthersCanReachNeedsInsecure() throws {
        #expect(try self.faults(["--server-host=0.0.0.0"]).count == 1)
        #expect(try self.faults(["--monitoring-metrics-host=::"]).count == 1)
        #expect(try self.faults(["--server-host=0.0.0.0", "--monitoring-metrics-host=::", "--insecure"]).isEmpty)
    }

    @Test func theDefaultOfConnectionsFitsTheLimitOfOpenFiles() throws {
        let loaded = try ServerConfiguration.load(arguments: [], environment: [:])
        let checked = try loaded.checked(within: OpenFileLimit(count: 1_024))
        let shared = 1_024 - OpenFileLimit.reserved - 64
        #expect(checked.webhooks.concurrency == 64)
        #expect(checked.health.maxConnections == shared / 4)
        #expect(checked.server.maxConnections == shared / 4 * 3)
    }

    @Test func connectionsBeyondTheLimitOfOpenFilesAreRefused() throws {
        let faults = try self.faults(["--server-max-connections=1000"], within: OpenFileLimit(count: 1_024))
        #expect(faults.count == 1 && faults[0].hasPrefix("server.max_connections is 1000, but the limit of 1024"))
        #expect(try self.faults(["--server-max-connections=700"], within: OpenFileLimit(count: 1_024)).isEmpty)
    }

    @Test func checksGetWhatTheServerLeaves() throws {
        let loaded = try ServerConfiguration.load(arguments: ["--server-max-connections=700"], environment: [:])
        #expect(try loaded.checked(within: OpenFileLimit(count: 1_024)).health.maxConnections == 68)
        let both = ["--server-max-connections=700", "--health-max-connections=69"]
        let faults = try self.faults(both, within: OpenFileLimit(count: 1_024))
        #expect(faults.count == 1 && faults[0].contains("allows 699 beside 69 connections of checks"), "\(faults)")
        #expect(try self.faults(["--health-max-connections=768"], within: OpenFileLimit(count: 1_024)).count == 1)
    }

    @Test func deliveriesTakeConnectionsToo() throws {
        let files = OpenFileLimit(count: 1_024)
        let arguments = ["--server-max-connections=700", "--health-max-connections=32"]
        #expect(try self.faults(arguments + ["--webhooks-concurrency=100"], within: files).isEmpty)
        let faults = try self.faults(arguments + ["--webhooks-concurrency=101"], within: files)
        #expect(faults.count == 1 && faults[0].contains("and 101 of callbacks (webhooks.concurrency)"), "\(faults)")
        let tooMany = try self.faults(["--webhooks-concurrency=1000"], within: files)
        #expect(tooMany.count == 1 && tooMany[0].contains("1000 of callbacks (webhooks.concurrency)"), "\(tooMany)")
        let loaded = try ServerConfiguration.load(arguments: ["--webhooks-concurrency=400"], environment: [:])
        let checked = try loaded.checked(within: files)
        #expect(checked.health.maxConnections + checked.server.maxConnections == 1_024 - OpenFileLimit.reserved - 400)
    }

    @Test func connectionsToRedisTakePartWhenThereIsOne() throws {
        let files = OpenFileLimit(count: 1_024)
        let arguments = ["--server-max-connections=700", "--health-max-connections=32"]
        #expect(try self.faults(arguments + ["--redis-pool-size=37"], within: files).isEmpty)
        let redis = arguments + ["--redis-host=127.0.0.1"]
        let faults = try self.faults(redis + ["--redis-pool-size=37"], within: files)
        #expect(faults.count == 1 && faults[0].contains("37 to Redis (redis.pool_size) and 64"), "\(faults)")
        #expect(try self.faults(redis + ["--redis-pool-size=36"], within: files).isEmpty)
        let loaded = try ServerConfiguration.load(arguments: ["--redis-host=127.0.0.1"], environment: [:])
        let checked = try loaded.checked(within: files)
        let shared = 1_024 - OpenFileLimit.reserved - 64 - 100
        #expect(checked.health.maxConnections + checked.server.maxConnections == shared)
    }

    @Test func whatIsOutboundReachesThePolicy() throws {
        let address = try #require(IPAddress("127.66.0.1"))
        func fault(_ arguments: [String]) throws -> String? {
            let loaded = try ServerConfiguration.load(arguments: arguments, environment: [:])
            return try loaded.checked(within: Self.files).outboundPolicy.fault(address: address, host: "127.66.0.1")
        }
        #expect(try fault([]) == nil)
        #expect(try fault(["--outbound-deny=127.66.0.0/16"]) == "127.66.0.1 is in outbound.deny (127.66.0.0/16).")
        #expect(try fault(["--outbound-allow=10.0.0.0/8"]) == "127.66.0.1 is not in outbound.allow.")
        #expect(try fault(["--server-host=0.0.0.0", "--insecure"])?.contains("is on this machine") == true)
        #expect(try fault(["--server-host=0.0.0.0", "--insecure", "--outbound-allow=127.66.0.1"]) == nil)
    }

    @Test func aLimitThatIsTooLowIsRefused() throws {
        #expect(try self.faults([], within: OpenFileLimit(count: 200)).count == 1)
    }

    @Test func theSoftLimitIsRaised() {
        let raised = OpenFileLimit.raise()
        #expect(raised.count > 0)
        #expect(OpenFileLimit.raise() == raised)
    }
}
