import ArgumentParser

/// `pmanctl`: what one asks pman for at a terminal.
@main
struct Pmanctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pmanctl",
        abstract: "Submits jobs to pman, shows them, and helps them along.",
        discussion: """
            ENVIRONMENT:
              PMAN_URL      http(s)://[user:password@]host[:port][/base] of the gateway;
                            default: http://127.0.0.1:5010
              PMAN_TOKEN    bearer token; goes before the URL's user and password
              PMAN_CA_FILE  PEM file of authorities that https trusts, instead of the
                            system's
              NO_COLOR      anything: no colours
              COLUMNS       width of tables on a terminal, instead of its own

            EXIT STATUS:
              0    done
              1    failed for another reason than these:
              64   wrong usage
              65   the gateway refuses what was asked
              66   there is no such job, dead letter or file
              69   the gateway cannot be reached, or cannot answer now
              77   the gateway does not allow it
              124  the time of --wait ran out; the job goes on
              submit --wait: the job's own exit code; 1 when it failed without one

            COMPLETIONS:
              pmanctl --generate-completion-script bash (or zsh, fish)
            """,
        version: ProgramVersion.text,
        subcommands: [
            Submit.self, ListJobs.self, Show.self, Logs.self, Cancel.self, Remove.self, Events.self, ListQueues.self,
            ListWorkers.self, DeadLetters.self,
        ])
}
