"""Judges documents with Debian's JSON Schema validator, which shares no code with ours.

verdicts.py SCHEMA FILE...   FILE: *.jsonl, a document a line, or *.yaml, read as YAML 1.2. Prints a line for each document: "ok", or what is wrong.
"""

import json
import re
import sys

import jsonschema
import yaml


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema: `on` and `2026-11-23` are text."""

    yaml_implicit_resolvers = {}


Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(null|Null|NULL|~|)$"), ["n", "N", "~", ""])
Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?[0-9]+$"), list("-+0123456789"))
Core.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"), list("-+.0123456789"))


def pattern(_, text, instance, __):
    # In ECMA-262 `$` is the very end; in Python a line break may follow.
    if isinstance(instance, str) and not re.search(text.replace("$", r"\Z"), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {text!r}")


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": pattern})


def documents(path):
    with open(path, encoding="utf-8") as file:
        if path.endswith(".jsonl"):
            yield from (json.loads(line) for line in file)
        else:
            yield from (document for document in yaml.load_all(file, Core) if document is not None)


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = Validator(schema)
for path in sys.argv[2:]:
    for document in documents(path):
        error = next(validator.iter_errors(document), None)
        print("ok" if error is None else f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:200]!r}")
