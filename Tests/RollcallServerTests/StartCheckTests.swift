import RegistryModel
import RollcallServer
import Testing

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
        ("--registry-type=etcd", "registry.type is \"etcd\", but this version has only the embedded store"),
        ("--registry-prefix=/other", "registry.prefix is \"/other\", but this version has only the embedded store"),
        ("--database-driver=mysql", "database.driver is \"mysql\", but this version keeps records in the embedded"),
        ("--database-host=db", "database.host is \"db\", but this version keeps records in the embedded"),
        ("--redis-host=redis", "redis.host is \"redis\", but this version has no shared cache; leave it out."),
        ("--etcd-endpoints=a:1", "etcd.endpoints is \"a:1\", but this version has only the embedded store"),
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

    @Test func aSecretIsRefusedWithoutBeingQuoted() throws {
        let faults = try self.faults(["--redis-password=hunter2"])
        #expect(faults == ["redis.password is set, but this version has no shared cache; leave it out."])
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
