import Logging
import RegistryModel
import RollcallServer
import Testing

@Suite struct ConfigurationLoadTests {
    private func load(
        _ arguments: [String] = [], environment: [String: String] = [:], file: String? = nil
    ) throws -> LoadedConfiguration {
        let file = try file.map { try TemporaryFile($0) }
        let named = file.map { ["--config", $0.path] } ?? []
        return try withExtendedLifetime(file) {
            try ServerConfiguration.load(arguments: named + arguments, environment: environment)
        }
    }

    /// The faults of a configuration that must not load, `field message` each.
    private func faults(
        _ arguments: [String] = [], environment: [String: String] = [:], file: String? = nil
    ) throws -> [String] {
        do {
            _ = try self.load(arguments, environment: environment, file: file)
            return []
        } catch let error as ConfigurationError {
            return error.faults.map { "\($0.field) \($0.message)" }
        }
    }

    private func origin(_ name: String, in loaded: LoadedConfiguration) throws -> SettingOrigin {
        loaded.origin(of: try #require(ConfigurationKey.named(name)))
    }

    // MARK: Sources and their order

    @Test func nothingGivenMeansDefaults() throws {
        let loaded = try self.load(environment: ["PATH": "/bin", "HOME": "/"])
        #expect(loaded.configuration == ServerConfiguration())
        #expect(ConfigurationKey.all.allSatisfy { loaded.origin(of: $0) == .byDefault })
        #expect(loaded.file == nil)
        #expect(!loaded.allowsInsecure)
    }

    @Test func flagsOutweighTheEnvironmentThatTheFileThatTheDefault() throws {
        let file = """
            server: { port: 1001, host: 127.0.0.2, timeout: 11s }
            registry:
              ttl: 12s
            """
        let environment = ["ROLLCALL_SERVER_PORT": "1002", "ROLLCALL_SERVER_HOST": "127.0.0.3"]
        let loaded = try self.load(["--server-port", "1003"], environment: environment, file: file)
        #expect(loaded.configuration.server.port == 1003)
        #expect(loaded.configuration.server.host == "127.0.0.3")
        #expect(loaded.configuration.server.timeout == .seconds(11))
        #expect(loaded.configuration.registry.ttl == .seconds(12))
        #expect(loaded.configuration.registry.timeout == .seconds(5))
        #expect(try self.origin("server.port", in: loaded) == .flag)
        #expect(try self.origin("server.host", in: loaded) == .environment)
        #expect(try self.origin("server.timeout", in: loaded) == .file)
        #expect(try self.origin("registry.timeout", in: loaded) == .byDefault)
    }

    @Test(arguments: [["--server-port", "8081"], ["--server-port=8081"]])
    func bothFormsOfFlags(arguments: [String]) throws {
        #expect(try self.load(arguments).configuration.server.port == 8081)
    }

    @Test func valuesKeepTheirCommasEqualSignsAndBlanks() throws {
        let loaded = try self.load(["--registry-data-dir=a,b=c d", "--database-password", "x,,y"])
        #expect(loaded.configuration.registry.dataDirectory == "a,b=c d")
        #expect(loaded.configuration.database.password == "x,,y")
    }

    @Test func insecureIsAFlagOfItsOwn() throws {
        let loaded = try self.load(["--insecure", "--server-host", "0.0.0.0"])
        #expect(loaded.allowsInsecure)
        #expect(loaded.configuration.server.host == "0.0.0.0")
    }

    @Test func listsInAllSources() throws {
        let expected = ["10.0.0.1:2379", "10.0.0.2:2379"]
        let commas = "10.0.0.1:2379,10.0.0.2:2379"
        #expect(try self.load(["--etcd-endpoints", commas]).configuration.etcd.endpoints == expected)
        let repeated = ["--etcd-endpoints", expected[0], "--etcd-endpoints", expected[1]]
        #expect(try self.load(repeated).configuration.etcd.endpoints == expected)
        let spaced = ["ROLLCALL_ETCD_ENDPOINTS": "10.0.0.1:2379, 10.0.0.2:2379"]
        #expect(try self.load(environment: spaced).configuration.etcd.endpoints == expected)
        let file = "etcd:\n  endpoints: [\"10.0.0.1:2379\", 10.0.0.2:2379]\n"
        #expect(try self.load(file: file).configuration.etcd.endpoints == expected)
        #expect(try self.load(environment: ["ROLLCALL_ETCD_ENDPOINTS": ""]).configuration.etcd.endpoints == [])
    }

    @Test func nestedSectionsInAllSources() throws {
        #expect(try self.load(["--loadbalancer-weight-cpu", "0.5"]).configuration.loadbalancer.weight.cpu == 0.5)
        let environment = ["ROLLCALL_LOADBALANCER_WEIGHT_CPU": "0.5"]
        #expect(try self.load(environment: environment).configuration.loadbalancer.weight.cpu == 0.5)
        let file = "loadbalancer:\n  weight: { cpu: 0.5 }\n"
        #expect(try self.load(file: file).configuration.loadbalancer.weight.cpu == 0.5)
    }

    @Test(arguments: ConfigurationKey.all.map(\.name))
    func everyKeyIsReadFromFlagsAndEnvironment(name: String) throws {
        let key = try #require(ConfigurationKey.named(name))
        // A text that no kind but a free text takes: it is refused by name, so it was read.
        let text = "\u{1}"
        let byFlag = try self.faults(["\(key.flag)=\(text)"])
        #expect(byFlag.count == 1 && byFlag[0].hasPrefix(name), "\(byFlag)")
        let byVariable = try self.faults(environment: [key.variable: text])
        #expect(byVariable.count == 1 && byVariable[0].hasPrefix(name), "\(byVariable)")
    }

    @Test func debugModeLowersTheLogLevel() throws {
        #expect(try self.load().configuration.logLevel == .info)
        #expect(try self.load(["--server-mode=debug"]).configuration.logLevel == .debug)
        let trace = ["--server-mode=debug", "--monitoring-log-level=trace"]
        #expect(try self.load(trace).configuration.logLevel == .trace)
    }

    // MARK: Unknown names

    @Test func unknownNamesAreErrorsThatNameTheNearest() throws {
        #expect(
            try self.faults(["--server-prot", "8081"]) == ["--server-prot is not a flag; the nearest is --server-port."]
        )
        #expect(try self.faults(["--confg=x"]) == ["--confg is not a flag; the nearest is --config."])
        #expect(
            try self.faults(environment: ["ROLLCALL_SERVER_PROT": "1"]) == [
                "ROLLCALL_SERVER_PROT is not a variable of the server; the nearest is ROLLCALL_SERVER_PORT."
            ])
        #expect(
            try self.faults(file: "server: { prot: 1 }\n") == ["server.prot is not a key; the nearest is server.port."])
        #expect(
            try self.faults(file: "sever:\n  port: 1\n") == ["sever.port is not a key; the nearest is server.port."])
        #expect(
            try self.faults(file: "server: { port: { a: 1 } }\n") == [
                "server.port.a is not a key; the nearest is server.port."
            ])
    }

    @Test func clientVariablesAreNotOfTheServer() throws {
        _ = try self.load(environment: ["ROLLCALL_ADDRESS": "http://127.0.0.1:8080", "ROLLCALL_TOKEN": "t"])
    }

    @Test func whatKubernetesPutsIntoTheEnvironmentIsPassedOver() throws {
        let environment = [
            "ROLLCALL_SERVICE_HOST": "10.0.0.1", "ROLLCALL_SERVICE_PORT": "8080", "ROLLCALL_SERVICE_PORT_HTTP": "8080",
            "ROLLCALL_PORT": "tcp://10.0.0.1:8080", "ROLLCALL_PORT_8080_TCP": "tcp://10.0.0.1:8080",
            "ROLLCALL_PORT_8080_TCP_PROTO": "tcp", "ROLLCALL_PORT_8080_TCP_PORT": "8080",
            "ROLLCALL_PORT_8080_TCP_ADDR": "10.0.0.1", "ROLLCALL_SERVER_PORT": "tcp://10.0.0.1:8080",
            "ROLLCALL_SERVER_SERVICE_HOST": "10.0.0.1",
        ]
        #expect(try self.load(environment: environment).configuration == ServerConfiguration())
    }

    // MARK: Wrong use of flags

    @Test func flagsNeedTheirValues() throws {
        #expect(
            try self.faults(["--server-port"]) == ["--server-port has no value; give one like --server-port=VALUE."])
        #expect(
            try self.faults(["--server-port", "--insecure"]) == [
                "--server-port has no value; give one like --server-port=VALUE."
            ])
        #expect(try self.faults(["--insecure=no"]) == ["--insecure takes no value."])
        #expect(
            try self.faults(["--server-port=1", "--server-port=2"]) == ["--server-port is given twice; give it once."])
        #expect(
            try self.faults(["8081"]) == ["\"8081\" is no flag; a setting is given like --server-port 8081."])
        #expect(try self.faults(["-p", "8081"]).count == 2)
    }

    @Test func aNegativeValueIsAValue() throws {
        #expect(
            try self.faults(["--server-port", "-1"]).first?.hasPrefix("server.port is \"-1\" (--server-port)") == true)
    }

    // MARK: The file

    @Test(arguments: ["", "\n", "# nothing\n", "---\n# nothing\n", "  # indented\r\n"])
    func aFileOfCommentsMeansDefaults(text: String) throws {
        #expect(try self.load(file: text).configuration == ServerConfiguration())
    }

    @Test func anEmptySectionMeansDefaults() throws {
        #expect(try self.load(file: "server:\nredis: ~\netcd: {}\n").configuration == ServerConfiguration())
    }

    @Test func aSectionIsNotAValue() throws {
        #expect(
            try self.faults(file: "server: 8080\n") == ["server is a section; its keys belong below it, indented."])
    }

    @Test func aListIsNotAValueAndAValueNoList() throws {
        #expect(
            try self.faults(file: "server: { port: [1, 2] }\n") == [
                "server.port is a list in the file; it must be a whole number from 0 to 65535."
            ])
        let faults = try self.faults(file: "etcd: { endpoints: \"127.0.0.1:2379\" }\n")
        #expect(faults.count == 1 && faults[0].hasPrefix("etcd.endpoints is one value in the file"))
    }

    @Test(arguments: ["~", "null"])
    func aNullIsNotAValue(null: String) throws {
        #expect(
            try self.faults(file: "registry: { data_dir: \(null) }\n") == [
                "registry.data_dir is null in the file; leave the key out to have its default."
            ])
    }

    @Test func aMissingFileIsNamed() throws {
        let faults = try self.faults(["--config", "/nonexistent/rollcall.yaml"])
        #expect(faults == ["/nonexistent/rollcall.yaml cannot be opened: No such file or directory."])
    }

    @Test func aDirectoryIsNoFile() throws {
        #expect(try self.faults(["--config", "/"]) == ["/ cannot be read: Is a directory."])
    }

    @Test func aFileThatIsTooLongIsRefused() throws {
        let faults = try self.faults(file: String(repeating: "# long\n", count: 160_000))
        #expect(faults.count == 1 && faults[0].hasSuffix("is over 1MiB; it is not a file of settings."))
    }

    @Test(arguments: [
        "server: {\nredis:\n  password: hunter2\n", "- hunter2\n", "redis:\n  password: hunter2\n password: hunter2\n",
        "redis:\n  password: hunter2\n  password: hunter3\n", "\u{0}hunter2", "hunter2",
    ])
    func aFileThatIsNotYAMLIsNamedAndNotQuoted(text: String) throws {
        let faults = try self.faults(file: text)
        #expect(faults.count == 1)
        #expect(faults.allSatisfy { $0.contains("is not a YAML file of settings: ") })
        #expect(faults.allSatisfy { !$0.contains("hunter2") })
    }

    // MARK: Wrong values

    @Test func oneErrorListsEveryFault() throws {
        let faults = try self.faults(
            ["--server-port", "http", "--nonsense=1"],
            environment: ["ROLLCALL_REGISTRY_TTL": "30", "ROLLCALL_X": "1"],
            file: "monitoring: { log_level: loud, nothing: 1 }\n")
        #expect(faults.count == 6)
        #expect(faults.contains("server.port is \"http\" (--server-port); it must be a whole number from 0 to 65535."))
        #expect(
            faults.contains(
                "registry.ttl is \"30\" (ROLLCALL_REGISTRY_TTL); it must be a duration from 1s to 1d, like 10s or 1h30m."
            ))
        #expect(
            faults.contains(
                "monitoring.log_level is \"loud\" (in the file); "
                    + "it must be trace, debug, info, notice, warning, error or critical."))
    }

    @Test func aSecretIsNotQuoted() throws {
        let faults = try self.faults(environment: ["ROLLCALL_REDIS_PASSWORD": "hunter2\n"])
        #expect(faults.count == 1 && faults[0].hasPrefix("redis.password is not such a text"))
        #expect(!faults[0].contains("hunter2"))
    }

    @Test func settingsMustAgree() throws {
        #expect(
            try self.faults(["--health-interval=1s", "--health-timeout=2s"]) == [
                "health.timeout is 2s; it is at most health.interval, 1s."
            ])
        #expect(
            try self.faults(["--database-max-open-conns=5"]) == [
                "database.max_idle_conns is 10; it is at most database.max_open_conns, 5."
            ])
        #expect(
            try self.faults(["--server-port=9090"]) == [
                "monitoring.metrics_port is 9090, as server.port is; the metrics need a port of their own."
            ])
        _ = try self.load(["--server-port=0", "--monitoring-metrics-port=0"])
    }

    @Test func theErrorIsASentenceALine() throws {
        let error = #expect(throws: ConfigurationError.self) { try self.load(["--server-port=x", "--server-host="]) }
        #expect(error?.description.split(separator: "\n").count == 2)
    }
}
