import ArgumentParser

/// For machines.
struct JSONOption: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print the gateway's JSON.")
    var isOn = false
}
