"""Reads compose/cromwell/cromwell.conf and does with it what Cromwell does: each of its commands becomes a task in
WDL's old dialect, whose inputs are the runtime attributes and what Cromwell itself says of the job."""
import os
import re

import pyhocon
import WDL

OWN = {
    "submit-docker": ["job_id", "job_name", "cwd", "out", "err", "script", "job_shell", "docker_cwd", "docker_script"],
    "kill": ["job_id", "job_shell"],
    "check-alive": ["job_id", "job_shell"],
}


class Configuration:
    def __init__(self, path):
        with open(path) as file:
            text = file.read()
        # What comes with Cromwell is not here.
        text = re.sub(r"^include .*$", "", text, flags=re.M)
        tree = pyhocon.ConfigFactory.parse_string(text)
        config = tree["backend"]["providers"][tree["backend"]["default"]]["config"]
        self.folder = os.path.dirname(os.path.abspath(path))
        self.job_shell = config.get("job-shell", "/bin/bash")
        self.job_id = re.compile(config["job-id-regex"])
        self.attributes = config["runtime-attributes"]
        self.tasks = {}
        for name, own in OWN.items():
            attributes = self.attributes if name.startswith("submit") else ""
            declarations = "\n".join(f"String {each}" for each in own)
            source = f"task {name.replace('-', '_')} {{\n{declarations}\n{attributes}\ncommand {{\n{config[name]}\n}}\n}}\n"
            document = WDL.parse_document(source)
            document.typecheck()
            self.tasks[name] = document.tasks[0]

    def command(self, name, values, attributes=None):
        """The shell script of one of its commands."""
        task = self.tasks[name]
        bindings = WDL.Env.Bindings()
        for each in task.available_inputs:
            bindings = bindings.bind(each.name, self._value(each.value, {**self._known(attributes), **values}))
        library = WDL.StdLib.Base("draft-2")
        text = task.command.eval(bindings, stdlib=library).value
        return "#!/bin/bash\n" + text.replace("/etc/cromwell/", self.folder + "/") + "\n"

    @staticmethod
    def _known(attributes):
        known = dict(attributes or {})
        memory = re.fullmatch(r"\s*([0-9.]+)\s*([A-Za-z]*)\s*", known.get("memory", ""))
        if memory:
            units = {"": 1, "B": 1, "K": 1e3, "KB": 1e3, "M": 1e6, "MB": 1e6, "G": 1e9, "GB": 1e9, "Mi": 2**20,
                     "MiB": 2**20, "Gi": 2**30, "GiB": 2**30}
            known["memory_mb"] = str(int(float(memory[1]) * units[memory[2]] / 1e6))
        return known

    @staticmethod
    def _value(declaration, values):
        if declaration.name not in values:
            if declaration.type.optional:
                return WDL.Value.Null()
            raise ValueError(f"Task plugin_instance has an invalid runtime attribute {declaration.name} = !! NOT FOUND !!")
        text = values[declaration.name]
        return WDL.Value.Int(int(text)) if isinstance(declaration.type, WDL.Type.Int) else WDL.Value.String(text)
