import Core

/// A job as a workflow of WDL 1.0.
struct WorkflowSource: Sendable {
    var command: JobCommandLine
    /// Runtime attributes in the order in which they are written; all are strings, as the original's are.
    var attributes: [(name: String, value: String)]

    var text: String {
        // The command begins at the margin: indentation that all of its lines have would be dropped.
        """
        version 1.0

        task plugin_instance {
          command <<<
        \(command.section)
        >>>
          runtime {
        \(attributes.map { "    \($0.name): \(WDLString.literal($0.value))" }.joined(separator: "\n"))
          }
        }

        workflow ChRISJob {
          call plugin_instance
        }

        """
    }
}
