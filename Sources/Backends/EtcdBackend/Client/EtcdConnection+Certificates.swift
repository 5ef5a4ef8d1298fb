import GRPCCore
import Logging
import RegistryModel
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension EtcdConnection {
    /// Keeps the connection until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            var files = self.files
            var client = self.current.withLock { $0 }
            for number in Int64(1)... {
                let running = client
                group.addTask { await self.run(running, number) }
                self.current.withLock { $0 = running }
                self.retired.reach(number - 1)
                guard let next = await self.renewed(&files) else { return }
                client = next
            }
        }
    }

    /// Runs one client until it is retired, and what had begun on it is over. A watch or a lease would never be; it goes on with the next.
    private func run(_ client: Client, _ number: Int64) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await client.runConnections() }
            group.addTask {
                guard await self.retired.wait(for: number) else { return }
                client.beginGracefulShutdown()
                try? await Task.sleep(for: self.configuration.request)
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// The next client, once the files hold other certificates that can be used; nil: there are no files, or the task was cancelled.
    private func renewed(_ files: inout CertificateFiles?) async -> Client? {
        guard let tls = self.configuration.tls, files != nil else { return nil }
        while true {
            do { try await Task.sleep(for: tls.look.duration) } catch { return nil }
            let found = CertificateFiles(tls)
            guard found != files else { continue }
            // Each state of the files is tried once: one may have been replaced before the other.
            files = found
            do throws(EtcdError) {
                let client = try Self.client(self.endpoint, self.configuration)
                self.logger?.notice("New certificates are used for etcd.", metadata: ["endpoint": "\(self.endpoint)"])
                return client
            } catch {
                self.logger?.warning(
                    "The new certificates for etcd cannot be used; the old ones are kept.",
                    metadata: ["endpoint": "\(self.endpoint)", "error": "\(error)"])
            }
        }
    }
}

/// What lies in the files of certificates, by its fingerprints: nothing secret is kept.
struct CertificateFiles: Equatable {
    /// Nil: there is no such file, or none is named.
    private let fingerprints: [Int?]

    init(_ tls: EtcdConfiguration.TLS) {
        self.fingerprints = [tls.authorities, tls.certificate, tls.privateKey].map { path in
            path.flatMap { FileManager.default.contents(atPath: $0) }.map(Self.fingerprint)
        }
    }

    /// Of all bytes: a hash of `Data` is of its beginning.
    private static func fingerprint(_ data: Data) -> Int {
        var hasher = Hasher()
        data.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}
