"""A workflow's source, judged by a real parser of WDL, and the script that Cromwell makes of its command."""
import WDL


class InvalidWorkflow(Exception):
    pass


def evaluate(source):
    """The command and the runtime attributes of a workflow of pman's form."""
    try:
        document = WDL.parse_document(source)
        document.typecheck()
    except Exception as error:
        raise InvalidWorkflow(str(error)) from error
    if document.wdl_version != "1.0":
        raise InvalidWorkflow(f"version {document.wdl_version}")
    if document.workflow is None or document.workflow.name != "ChRISJob":
        raise InvalidWorkflow("no workflow ChRISJob")
    calls = document.workflow.body
    if len(calls) != 1 or [task.name for task in document.tasks] != ["plugin_instance"]:
        raise InvalidWorkflow("not one task plugin_instance that is called once")
    task = document.tasks[0]
    library = WDL.StdLib.Base("1.0")
    nothing = WDL.Env.Bindings()
    command = task.command.eval(nothing, stdlib=library).value
    attributes = {name: value.eval(nothing, stdlib=library) for name, value in task.runtime.items()}
    for name, value in attributes.items():
        if not isinstance(value, WDL.Value.String):
            raise InvalidWorkflow(f"the attribute {name} is no string")
    return command, {name: value.value for name, value in attributes.items()}


def script(command, inside, shell):
    """What runs in the container: its output goes into files and through, the exit code into one that appears at once.
    The command gets in by replacing words, as in Cromwell, so that a command with such words in it comes to harm."""
    return f"""#!{shell}
cd {inside}
tmpDir=$(mkdir -p "{inside}/tmp" && echo "{inside}/tmp")
chmod 777 "$tmpDir"
export TMPDIR="$tmpDir"
export HOME="$HOME"
(
cd {inside}
SCRIPT_PREAMBLE
)
out="$tmpDir/out.$$" err="$tmpDir/err.$$"
mkfifo "$out" "$err"
trap 'rm "$out" "$err"' EXIT
touch {inside}/stdout {inside}/stderr
tee {inside}/stdout < "$out" &
tee {inside}/stderr < "$err" >&2 &
(
cd {inside}
ENVIRONMENT_VARIABLES
INSTANTIATED_COMMAND
) > "$out" 2> "$err"
echo $? > {inside}/rc.tmp
wait
(
cd {inside}
SCRIPT_EPILOGUE
)
mv {inside}/rc.tmp {inside}/rc
""".replace("SCRIPT_PREAMBLE", "").replace("ENVIRONMENT_VARIABLES", "").replace(
        "INSTANTIATED_COMMAND", command).replace("SCRIPT_EPILOGUE", "sync")
