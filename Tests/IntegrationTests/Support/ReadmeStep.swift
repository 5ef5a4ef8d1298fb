import Foundation

/// A command of the README, and the lines that it shows under it.
struct ReadmeStep: Sendable {
    var command: String
    var output: [String] = []

    /// Those in the console blocks of one section.
    static func all(in section: String) throws -> [ReadmeStep] {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        let page = try String(contentsOf: here.appending(path: "../../../README.md"), encoding: .utf8)
        var steps: [ReadmeStep] = []
        var isSection = false
        var isConsole = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("## ") {
                isSection = line == "## \(section)"
            } else if line.hasPrefix("```") {
                isConsole = isSection && line == "```console"
            } else if isConsole, line.hasPrefix("$ ") {
                steps.append(ReadmeStep(command: String(line.dropFirst(2))))
            } else if isConsole, !steps.isEmpty {
                steps[steps.count - 1].output.append(line)
            }
        }
        return steps
    }

    /// The command with free ports in the place of the page's.
    func command(on ports: [(page: String, free: String)]) -> String {
        ports.reduce(self.command) { $0.replacing($1.page, with: $1.free) }
    }
}
