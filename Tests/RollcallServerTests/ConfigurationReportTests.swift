import RollcallServer
import Testing

@Suite struct ConfigurationReportTests {
    private static let arguments = ["--server-port=8081", "--redis-password=hunter2", "--etcd-endpoints=a:1,b:2"]

    private func report() throws -> ConfigurationReport {
        ConfigurationReport(
            try ServerConfiguration.load(
                arguments: Self.arguments, environment: ["ROLLCALL_REGISTRY_DATA_DIR": "a \"quoted\" path"]))
    }

    @Test func theTableShowsEveryKeyItsValueAndItsOrigin() throws {
        let rows = try self.report().table.split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(rows.count == ConfigurationKey.all.count + 1)
        #expect(rows[0] == "KEY VALUE FROM")
        #expect(rows.contains("server.host 127.0.0.1 default"))
        #expect(rows.contains("server.port 8081 flag --server-port"))
        #expect(rows.contains("registry.data_dir a \"quoted\" path environment ROLLCALL_REGISTRY_DATA_DIR"))
        #expect(rows.contains("etcd.endpoints a:1,b:2 flag --etcd-endpoints"))
    }

    @Test func secretsAreHidden() throws {
        let report = try self.report()
        #expect(!report.table.contains("hunter2"))
        #expect(!report.json.contains("hunter2"))
        #expect(report.json.contains(#"{"key":"redis.password","value":"***","origin":"flag"}"#))
        #expect(report.json.contains(#"{"key":"etcd.password","value":"","origin":"default"}"#))
    }

    @Test func jsonHasNumbersListsAndTexts() throws {
        let json = try self.report().json
        #expect(json.hasPrefix(#"{"file":null,"insecure":false,"settings":[{"key":"server.host","value":"127.0.0.1","#))
        #expect(json.contains(#"{"key":"server.port","value":8081,"origin":"flag"}"#))
        #expect(json.contains(#"{"key":"etcd.endpoints","value":["a:1","b:2"],"origin":"flag"}"#))
        #expect(json.contains(#""value":"a \"quoted\" path","origin":"environment""#))
        #expect(json.contains(#"{"key":"loadbalancer.weight.cpu","value":0.4,"origin":"default"}"#))
    }

    @Test func theFileIsNamed() throws {
        let file = try TemporaryFile("server: { port: 8082 }\n")
        let loaded = try ServerConfiguration.load(arguments: ["--config", file.path], environment: [:])
        let report = ConfigurationReport(loaded)
        #expect(report.json.hasPrefix(#"{"file":"\#(file.path)""#))
        #expect(report.table.contains("file \(file.path)"))
    }
}
