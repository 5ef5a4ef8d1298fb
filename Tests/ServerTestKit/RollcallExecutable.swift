import Foundation

/// The program as it was built.
public enum RollcallExecutable {
    /// Where it is: beside the test bundle, whichever way the tests were started.
    public static func path() throws -> String {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        for url in [bundle, executable, URL(filePath: CommandLine.arguments[0])].compactMap({ $0 }) {
            let candidate = url.deletingLastPathComponent().appending(path: "rollcall").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        throw Missing(searchedFrom: executable.path)
    }

    public struct Missing: Error {
        public let searchedFrom: String
    }
}
