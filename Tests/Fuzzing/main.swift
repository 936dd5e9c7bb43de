import CLibFuzzer
import Glibc

// libFuzzer with one of the targets, which FUZZ_TARGET names; the arguments are libFuzzer's. `make fuzz` runs it.
let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
    exit(name == "" ? 0 : 64)
}
FuzzTarget.chosen = target

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
    LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
        FuzzTarget.chosen?.take(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    })
