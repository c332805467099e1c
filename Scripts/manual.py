#!/usr/bin/env python3
"""The manual page, in mdoc: reconcile --experimental-dump-help | manual.py 'November 28, 2026'

All it says of commands and options is the argument parser's own dump, so that page and program cannot differ. What no option can say,
files and where to read on, stands here.
"""
import json
import re
import sys
import textwrap

# Of a line before it is escaped; the page's source should have no more than 80 bytes in one.
WIDTH = 70
FILES = [
    ("/etc/reconcile/manifests", "The manifests that the service reads, a work tree of git or a folder."),
    ("/etc/reconcile/credentials", "A file for each login that a manifest names, mode 0600, owned by the user who runs the program, or by root."),
    ("/etc/reconcile/reconcile.yaml", "The settings of the service and of every command; reconcile config prints those in force."),
    ("/var/lib/reconcile/reconcile.db", "The database of the service: what was seen, and the journal of what was begun."),
    ("/usr/share/doc/reconcile", "The documents, and examples to try: RECONCILE_CONFIG= reconcile --dry-run in a copy of one."),
]
COMMON_SECTION = "Everywhere"
# Every command has them, and the parser's own 'help' besides.
PARSER_OPTIONS = {"version", "help"}


def escape(text):
    """What the formatter would take for its own is shown as it is."""
    text = text.replace("\\", "\\e").replace("…", "...").replace("–", "\\(en")
    text = "".join(c if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in text)
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def word(text):
    """One argument of a macro: quoted, and never taken for a macro."""
    return "\"\\&" + escape(text).replace('"', '\\(dq') + '"'


def sentences(text):
    """Each on a line of its own, for the formatter makes the space between them."""
    lines = []
    for sentence in re.split(r"(?<=[.!?;:])\s+(?=[A-Z'(])|\n", text.strip()):
        lines += textwrap.wrap(sentence, WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join(map(escape, lines))


def prose(text):
    """Paragraphs; those that are laid out in columns stay as they are."""
    blocks = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if re.search(r"\S {2,}\S", paragraph):
            blocks.append(".Bd -literal -compact\n" + escape(paragraph) + "\n.Ed")
        else:
            blocks.append(sentences(paragraph))
    return "\n.Pp\n".join(blocks)


def is_common(argument):
    return argument.get("sectionTitle") == COMMON_SECTION or argument.get("preferredName", {}).get("name") in PARSER_OPTIONS


def dashed(name):
    # A flag macro brings one dash.
    return f"Fl {word(name['name'])}" if name["kind"] == "short" else f"Fl {word('-' + name['name'])}"


def item(argument):
    if argument["kind"] == "positional":
        head = f"Ar {word(argument['valueName'])}"
    else:
        value = f" Ar {word(argument['valueName'])}" if argument["kind"] == "option" else ""
        head = " , ".join(dashed(n) + value for n in sorted(argument["names"], key=lambda n: n["kind"] != "short"))
    lines = [f".It {head}", sentences(argument.get("abstract", ""))]
    if argument.get("discussion"):
        lines.append(sentences(argument["discussion"]))
    values = argument.get("allValues")
    if values and not all(v in argument.get("abstract", "") for v in values):
        lines.append(escape("One of " + ", ".join(values) + "."))
    default = argument.get("defaultValue")
    if default is not None and default != "":
        lines.append(escape(f"Default: {default}."))
    return "\n".join(line for line in lines if line)


def items(arguments):
    shown = [a for a in arguments if a.get("shouldDisplay", True)]
    return [".Bl -tag -width Ds", *map(item, shown), ".El"] if shown else []


def synopsis(command):
    parts = [".Nm", f".Cm {word(command['commandName'])}", ".Op Ar option ..."]
    for argument in command.get("arguments", []):
        if argument["kind"] == "positional":
            name = word(argument["valueName"])
            repeated = " ..." if argument["isRepeating"] else ""
            parts.append(f".Op Ar {name}{repeated}" if argument["isOptional"] else f".Ar {name}{repeated}")
    return parts


def section(command):
    names = [command["commandName"], *command.get("aliases", [])]
    out = [f".Ss reconcile {escape(', '.join(names))}", prose(command["abstract"])]
    if command.get("discussion"):
        out += [".Pp", prose(command["discussion"])]
    return out + items(a for a in command.get("arguments", []) if not is_common(a))


def page(root, date):
    if root.get("subcommands") is None:
        sys.exit("manual.py: the dump has no subcommands")
    commands = [c for c in root["subcommands"] if c.get("shouldDisplay", True) and c["commandName"] != "help"]
    paragraphs = re.split(r"\n\s*\n", root["discussion"])
    exits = [p for p in paragraphs if p.startswith("Exit status:")]
    if len(exits) != 1:
        sys.exit("manual.py: the help of the program tells no exit status")
    codes = [re.match(r"(\d+) (.*)", c, re.DOTALL) for c in exits[0].removeprefix("Exit status:").strip().rstrip(".").split("; ")]
    common = {a["preferredName"]["name"]: a for c in commands for a in c.get("arguments", []) if is_common(a)}
    out = [f".Dd {date}", ".Dt RECONCILE 1", ".Os", ".Sh NAME", ".Nm reconcile"]
    abstract = root["abstract"].rstrip(".")
    out += [f".Nd {escape(abstract[0].lower() + abstract[1:])}", ".Sh SYNOPSIS", ".Nm", ".Op Ar option ..."]
    for command in commands:
        out += synopsis(command)
    out += [".Sh DESCRIPTION", prose("\n\n".join(p for p in paragraphs if p not in exits))]
    out += [".Sh OPTIONS", "Every command takes these; they may stand before it.", *items(common.values())]
    out += [".Sh COMMANDS"]
    for command in commands:
        out += section(command)
    out += [".Sh FILES", "The service reads and writes these; by hand the program takes the folder", ".Pa manifests", "and the file"]
    out += [".Pa state/reconcile.db", "where it is started, unless told otherwise.", ".Bl -tag -width Ds"]
    for path, text in FILES:
        out += [f".It Pa {path}", sentences(text)]
    out += [".El", ".Sh EXIT STATUS", ".Bl -tag -width Ds"]
    for code in sorted((c.groups() for c in codes), key=lambda c: int(c[0])):
        out += [f".It {code[0]}", sentences(code[1][0].upper() + code[1][1:] + ".")]
    # No cross-references: checking the page would then ask which other pages are installed here.
    out += [".El", ".Sh SEE ALSO", ".Pa /usr/share/doc/reconcile/docs/operations.md"]
    return "\n".join(out) + "\n"


def main():
    if len(sys.argv) != 2:
        sys.exit("manual.py DATE")
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(page(json.load(sys.stdin)["command"], sys.argv[1]))


main()
