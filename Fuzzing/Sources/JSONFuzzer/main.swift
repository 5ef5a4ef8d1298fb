// Holds our JSON readers against Foundation's on whatever libFuzzer comes up with:
//
//     JSONFuzzer seeds CORPUS                writes what to begin with
//     JSONFuzzer [libFuzzer's flags] CORPUS  looks for a text on which they differ, and stops at the first
import Foundation
import LibFuzzer

if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "seeds" {
    try Seeds.write(to: CommandLine.arguments[2])
    exit(0)
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
    LLVMFuzzerRunDriver(&count, &arguments) { data, size in
        let text = UnsafeBufferPointer(start: data, count: size)
        var difference: String?
        if case .differ(let how) = BodyComparison().compare(text) { difference = how }
        if case .differ(let how) = FoundationComparison().compare(text) { difference = how }
        if let difference {
            FileHandle.standardError.write(Data("They differ: \(difference)\n".utf8))
            // libFuzzer keeps the text that this happened with.
            abort()
        }
        return 0
    })
