"""The object files of a build: which source file each belongs to, and how it was compiled."""
import json
import os
import shlex

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
PRODUCT = ("hook", "libacdr", "tools")


def _output(command):
    words = shlex.split(command["command"])
    # build.ninja runs in its own folder, make in that of each CMakeLists.txt
    return os.path.join(command["directory"], command.get("output") or words[words.index("-o") + 1])


def commands(build):
    """{source file: (its object, the words that compile it, their folder)} of the product."""
    try:
        with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
            listed = json.load(f)
    except OSError:
        return {}
    found = {}
    for c in listed:
        file, output = os.path.relpath(c["file"], SOURCE), _output(c)
        if file.split("/")[0] in PRODUCT and not os.path.relpath(output, build).startswith("tests/"):
            found.setdefault(file, (output, shlex.split(c["command"]), c["directory"]))
    return {f: c for f, c in found.items() if os.path.exists(c[0])}


def objects(build):
    """{source file: its object} of the product, as the build has them now."""
    return {file: command[0] for file, command in commands(build).items()}
