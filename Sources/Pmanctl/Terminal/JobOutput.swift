/// Prints what a job wrote: as it is into files and pipes, harmless on a terminal.
enum JobOutput {
    /// - Parameter isRaw: control characters go to the terminal as well.
    static func print(_ bytes: ArraySlice<UInt8>, isRaw: Bool = false) {
        guard !isRaw, Screen(descriptor: 1).width != nil else { return Console.printRaw(Array(bytes)) }
        Console.printRaw(Array(SafeText.lines(String(decoding: bytes, as: UTF8.self)).utf8))
    }
}
