import Support
import Testing

/// What the two programs do together, on a real broker and real engines.
///
/// Tests inside `Serial` have the machine to themselves; the others share one broker and one Docker engine, which they
/// must not hurt.
@Suite(.services) enum EndToEnd {
    @Suite(.serialized, .machine(.alone)) enum Serial {}
}
