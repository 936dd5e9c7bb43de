import Core

/// The recorded POST bodies. Where the recording leaves a choice, the rule decides: no value of another type is turned
/// into the right one.
enum RecordedPosts {
    static let numbers: [RecordedPost] = [
        .init("post.cpu_limit.space_str", ["cpu_limit": " 1000 "], bad: "cpu_limit"),
        .init("post.cpu_limit.underscore_str", ["cpu_limit": "1_000"], bad: "cpu_limit"),
        .init(accepted: "post.cpu_limit.plus_str", ["cpu_limit": "+1000"]),
        .init("post.cpu_limit.bool", ["cpu_limit": true], bad: "cpu_limit"),
        .init("post.cpu_limit.null", ["cpu_limit": .null], bad: "cpu_limit"),
        .init("post.cpu_limit.neg", ["cpu_limit": -1], bad: "cpu_limit"),
        .init(accepted: "post.cpu_limit.zero", ["cpu_limit": 0]),
        .init("post.cpu_limit.empty", ["cpu_limit": ""], bad: "cpu_limit"),
        .init("post.cpu_limit.huge", ["cpu_limit": .number(1e20)], bad: "cpu_limit"),
        .init("post.cpu_limit.hex", ["cpu_limit": "0x10"], bad: "cpu_limit"),
        .init("post.cpu_limit.intlist2", ["cpu_limit": [1000, 2000]], bad: "cpu_limit"),
        .init("post.cpu_limit.m_suffix", ["cpu_limit": "1000m"], bad: "cpu_limit"),
        .init(accepted: "post.cpu_limit.100000", ["cpu_limit": 100_000]),
        .init("post.memory_limit.float", ["memory_limit": 200.7], bad: "memory_limit"),
        .init("post.memory_limit.neg", ["memory_limit": -5], bad: "memory_limit"),
        .init(accepted: "post.memory_limit.one", ["memory_limit": 1]),
        .init(accepted: "post.memory_limit.six", ["memory_limit": 6]),
        .init("post.memory_limit.null", ["memory_limit": .null], bad: "memory_limit"),
        .init("post.memory_limit.abc", ["memory_limit": "abc"], bad: "memory_limit"),
        .init("post.memory_limit.huge", ["memory_limit": 1_000_000_000_000_000], bad: "memory_limit"),
        .init("post.memory_limit.Mi", ["memory_limit": "200Mi"], bad: "memory_limit"),
        .init(accepted: "post.gpu_limit.one", ["gpu_limit": 1]),
        .init("post.gpu_limit.neg", ["gpu_limit": -1], bad: "gpu_limit"),
        .init("post.gpu_limit.null", ["gpu_limit": .null], bad: "gpu_limit"),
        .init("post.gpu_limit.abc", ["gpu_limit": "x"], bad: "gpu_limit"),
        .init(accepted: "post.gpu_limit.big", ["gpu_limit": 99]),
        .init("post.number_of_workers.two_str", ["number_of_workers": "2"], .body(workers(2))),
        .init("post.number_of_workers.zero", ["number_of_workers": 0], .body(workers(0))),
        .init("post.number_of_workers.neg", ["number_of_workers": -1], .body(workers(-1))),
        .init("post.number_of_workers.null", ["number_of_workers": .null], bad: "number_of_workers"),
        .init("post.number_of_workers.abc", ["number_of_workers": "x"], bad: "number_of_workers"),
        .init("post.number_of_workers.float", ["number_of_workers": 1.9], bad: "number_of_workers"),
    ]

    static let missing: [RecordedPost] =
        Body.valid.keys.sorted().map { .init("post.missing.\($0)", [:], without: [$0], .fields([$0])) } + [
            .init(accepted: "post.missing.env", [:]),
            .init(
                "post.missing.several", ["cpu_limit": "abc", "type": "zz"], without: ["image", "jid"],
                bad: "cpu_limit", "image", "jid", "type"),
            .init(
                "post.missing.all", [:], without: Array(Body.valid.keys), .fields(Body.valid.keys.sorted())),
        ]

    static let nulls: [RecordedPost] = [
        "jid", "args", "auid", "image", "entrypoint", "type", "env", "args_path_flags", "input_dir", "output_dir",
    ].map { .init("post.null.\($0)", [$0: .null], .fields([$0])) }

    static let wrongTypes: [RecordedPost] = [
        .init("post.emptystr.jid", ["jid": ""], bad: "jid"),
        .init("post.int.jid", ["jid": 12345], bad: "jid"),
        .init("post.dict.jid", ["jid": ["a": "b"]], bad: "jid"),
        .init("post.int.auid", ["auid": 12345], bad: "auid"),
        .init("post.list.auid", ["auid": ["g-es", "zz"]], bad: "auid"),
        .init("post.dict.auid", ["auid": ["a": "b"]], bad: "auid"),
        .init("post.emptystr.image", ["image": ""], bad: "image"),
        .init("post.list.image", ["image": ["g-es", "zz"]], bad: "image"),
        .init("post.dict.image", ["image": ["a": "b"]], bad: "image"),
        .init("post.emptystr.type", ["type": ""], bad: "type"),
        .init("post.int.type", ["type": 12345], bad: "type"),
        .init("post.list.type", ["type": ["g-es", "zz"]], bad: "type"),
        .init("post.dict.type", ["type": ["a": "b"]], bad: "type"),
        .init("post.wrongtype.type.unknown", ["type": "zz"], bad: "type"),
        .init("post.wrongtype.type.upper", ["type": "DS"], bad: "type"),
        .init("post.wrongtype.type.space", ["type": " ds "], bad: "type"),
        .init("post.emptystr.input_dir", ["input_dir": ""], bad: "input_dir"),
        .init("post.int.input_dir", ["input_dir": 12345], bad: "input_dir"),
        .init("post.dict.input_dir", ["input_dir": ["a": "b"]], bad: "input_dir"),
        .init("post.emptystr.output_dir", ["output_dir": ""], bad: "output_dir"),
        .init("post.int.output_dir", ["output_dir": 12345], bad: "output_dir"),
        .init("post.list.output_dir", ["output_dir": ["g-es", "zz"]], bad: "output_dir"),
        .init("post.dict.output_dir", ["output_dir": ["a": "b"]], bad: "output_dir"),
        .init("post.wrongtype.args.str", ["args": "--foo"], bad: "args"),
        .init("post.wrongtype.args.dict", ["args": ["k": "v"]], bad: "args"),
        .init("post.wrongtype.args.nested", ["args": [["a"], "b"]], bad: "args"),
        .init("post.wrongtype.args.nulls", ["args": [.null]], bad: "args"),
        .init("post.wrongtype.args.bools", ["args": [true]], bad: "args"),
        .init("post.wrongtype.entrypoint.emptystr", ["entrypoint": ""], .body("\"entrypoint\" cannot be empty")),
        .init("post.wrongtype.entrypoint.ints", ["entrypoint": [1]], bad: "entrypoint"),
        .init("post.wrongtype.entrypoint.dict", ["entrypoint": ["/bin/echo": 1]], bad: "entrypoint"),
        .init("post.wrongtype.entrypoint.nested", ["entrypoint": [["/bin/echo"]]], bad: "entrypoint"),
        .init("post.wrongtype.args_path_flags.str", ["args_path_flags": "--dir"], bad: "args_path_flags"),
        .init("post.wrongtype.args_path_flags.dict", ["args_path_flags": ["--dir": 1]], bad: "args_path_flags"),
        .init(
            "post.traversal",
            ["input_dir": "../../../../../../../etc", "output_dir": "../../../../../../var/tmp"],
            bad: "input_dir", "output_dir"),
    ]

    static let names: [RecordedPost] = [
        .init("post.trailing_slash_jid", ["jid": "g-trail/"], bad: "jid"),
        .init("post.jid.space", ["jid": "a b"], bad: "jid"),
        .init("post.jid.colon", ["jid": "a:b"], bad: "jid"),
        .init("post.jid.slash", ["jid": "a/b"], bad: "jid"),
        .init("post.jid.dash_first", ["jid": "-abc"], bad: "jid"),
        .init("post.jid.dotdot", ["jid": ".."], bad: "jid"),
        .init("post.jid.query", ["jid": "g?a"], bad: "jid"),
        .init("post.jid.newline", ["jid": "g\nx"], bad: "jid"),
        .init("post.jid.long300", ["jid": .string("g" + String(repeating: "x", count: 299))], bad: "jid"),
        .init(accepted: "post.jid.one_char", ["jid": "g"]),
        .init(accepted: "post.jid.under", ["jid": "g_1.x-2"]),
        .init(accepted: "post.jid.upper", ["jid": "G-UP"]),
        .init(accepted: "post.jid.long63", ["jid": .string("g" + String(repeating: "x", count: 62))]),
        .init(accepted: "post.jid.digits", ["jid": "77777777"]),
        .init(accepted: "post.image.notag", ["image": "local/pmt"]),
        .init("post.image.bad", ["image": "UPPER/Case:1"], bad: "image"),
    ]

    static let commands: [RecordedPost] = [
        .init(
            "post.valid.ds", ["args": ["--a", "1"], "type": "ds"],
            .accepted("/bin/echo hello --a 1 /share/incoming /share/outgoing")),
        .init(
            "post.valid.ts", ["args": ["--a", "1"], "type": "ts"],
            .accepted("/bin/echo hello --a 1 /share/outgoing")),
        .init(accepted: "post.extra_fields", ["foo": "bar", "command": "x"]),
        .init(
            "post.apf.none", flags(["--dir", "a/b", "--x", "1"], []),
            .accepted("/bin/echo --dir a/b --x 1 /share/incoming /share/outgoing")),
        .init(
            "post.apf.one", flags(["--dir", "a/b", "--x", "1"], ["--dir"]),
            .accepted("/bin/echo --dir /share/incoming --x 1 /share/incoming /share/outgoing")),
        .init(
            "post.apf.flag_last", flags(["--x", "--dir"], ["--dir"]),
            .accepted("/bin/echo --x --dir /share/incoming /share/incoming /share/outgoing")),
        .init(
            "post.apf.flag_value_is_flag", flags(["--dir", "--dir", "z"], ["--dir"]),
            .accepted("/bin/echo --dir /share/incoming z /share/incoming /share/outgoing")),
        .init(
            "post.image.ep", ["args": ["A"], "image": "local/pmt-ep:1", "entrypoint": ["/bin/echo", "E"]],
            .accepted("/bin/echo E A /share/outgoing")),
        .init(
            "post.image.user", ["image": "local/pmt-user:1", "entrypoint": ["/bin/id"]],
            .accepted("/bin/id /share/outgoing")),
        .init("post.ep_not_found", ["entrypoint": ["/bin/nope"]], .accepted("/bin/nope /share/outgoing")),
        .init(
            "post.dir_missing",
            ["entrypoint": ["/bin/ls", "-ld"], "input_dir": "nope1/in", "output_dir": "nope1/out"],
            .accepted("/bin/ls -ld /share/outgoing")),
        .init(accepted: "post.same_dir", ["input_dir": "same", "output_dir": "same"]),
        .init(accepted: "post.dir_space", ["input_dir": "with space ü"]),
        shell("post.ro_input", "touch /share/incoming/x; id; pwd; echo HOME=$HOME"),
        shell("post.exit3", "echo bad; exit 3"),
        .init(
            "post.logs.utf8", ["entrypoint": ["/bin/sh", "-c", #"printf 'gr\303\274n \342\202\254\n'"#]],
            .accepted(#"/bin/sh -c 'printf '"'"'gr\303\274n \342\202\254\n'"'"'' /share/outgoing"#)),
        shell("post.logs.mixed", "echo o1; echo e1 >&2; echo o2; echo e2 >&2"),
        shell("post.logs.lines1500", "i=0; while [ $i -lt 1500 ]; do echo line$i; i=$((i+1)); done"),
        shell("post.logs.long_line", #"head -c 3000000 /dev/zero | tr "\000" x; echo"#),
        .init(accepted: "post.env2.ok", ["env": ["A=1", "B=x=y", "C="]]),
        .init(accepted: "post.env2.dup", ["env": ["A=1", "A=2"]]),
        // The original took an object for the list of its names; a value of the wrong type is refused here.
        .init("post.env2.dict", ["env": ["A=B": 1]], bad: "env"),
        .init(accepted: "post.env2.unset_path", ["env": ["PATH=/nope"]]),
        .init(accepted: "post.big_body", ["env": [.string("A=" + String(repeating: "x", count: 100_000))]]),
        .init(
            "post.big_body_200k", ["env": [.string("A=" + String(repeating: "x", count: 200_000))]], bad: "env"),
    ]

    private static func workers(_ number: Int) -> String {
        "Compute environment only supports number_of_workers=1, got number_of_workers=\(number)"
    }

    private static func flags(_ arguments: JSONValue, _ flags: JSONValue) -> [String: JSONValue] {
        ["args": arguments, "entrypoint": ["/bin/echo"], "type": "ds", "args_path_flags": flags]
    }

    private static func shell(_ name: String, _ script: String) -> RecordedPost {
        .init(
            name, ["entrypoint": ["/bin/sh", "-c", .string(script)]],
            .accepted("/bin/sh -c '\(script)' /share/outgoing"))
    }
}
