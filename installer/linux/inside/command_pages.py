"""Run by the built program's own interpreter: write its manual page or completion from argparse.

``command_pages.py manual|bash|zsh LANGUAGE DATE`` prints to standard output.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from app import __version__
from app.cli.main import command_parser
from app.cli.parsing import teach_argparse
from app.texts.catalogue import set_language

WORDS = {
    "en": {
        "name": "signs and verifies documents with electronic signatures",
        "NAME": "NAME",
        "SYNOPSIS": "SYNOPSIS",
        "DESCRIPTION": "DESCRIPTION",
        "OPTIONS": "OPTIONS",
        "COMMANDS": "COMMANDS",
        "EXIT STATUS": "EXIT STATUS",
        "FILES": "FILES",
        "SEE ALSO": "SEE ALSO",
        "codes": (
            "0: done, all signatures hold; 1: it could not be done; 2: wrong usage; 10: the verdict is open; "
            "20: a signature does not hold; 30: no signature; 130: interrupted."
        ),
        "files": "/etc/roscherk/policy.toml: settings that the administrator of this computer decides.",
        "also": (
            "The user's guide: Help in the window, or F1. All commands at length (in Russian): "
            "/usr/lib/roscherk/packages/app/_resources/docs/command-line.md"
        ),
    },
    "ru": {
        "name": "подписывает документы электронной подписью и проверяет подписи",
        "NAME": "НАЗВАНИЕ",
        "SYNOPSIS": "СИНТАКСИС",
        "DESCRIPTION": "ОПИСАНИЕ",
        "OPTIONS": "ПАРАМЕТРЫ",
        "COMMANDS": "КОМАНДЫ",
        "EXIT STATUS": "КОД ЗАВЕРШЕНИЯ",
        "FILES": "ФАЙЛЫ",
        "SEE ALSO": "СМ. ТАКЖЕ",
        "codes": (
            "0: сделано, все подписи верны; 1: сделать не удалось; 2: неверный вызов; 10: вывод не окончательный; "
            "20: подпись неверна; 30: подписи нет; 130: прервано."
        ),
        "files": "/etc/roscherk/policy.toml: настройки, которые определяет администратор компьютера.",
        "also": (
            "Руководство пользователя: «Справка» в окне или F1. Все команды подробно: "
            "/usr/lib/roscherk/packages/app/_resources/docs/command-line.md"
        ),
    },
}


@dataclass(frozen=True)
class Entry:
    """One command or subcommand: its words, and what it takes."""

    path: tuple[str, ...]
    parser: argparse.ArgumentParser
    help: str

    @property
    def options(self) -> list[argparse.Action]:
        """Return what begins with a dash."""
        return [each for each in self.parser._actions if each.option_strings]  # noqa: SLF001

    @property
    def positionals(self) -> list[argparse.Action]:
        """Return files, names and other words, but not further commands."""
        return [
            each
            for each in self.parser._actions  # noqa: SLF001
            if not each.option_strings and not isinstance(each, argparse._SubParsersAction)  # noqa: SLF001
        ]


def entries(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[Entry]:
    """Walk through all commands and subcommands; the program itself comes first."""
    if not path:
        yield Entry((), parser, parser.description or "")
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            helps = {each.dest: each.help or "" for each in action._choices_actions}  # noqa: SLF001
            for name, inner in action.choices.items():
                yield Entry((*path, name), inner, helps.get(name, inner.description or ""))
                yield from entries(inner, (*path, name))


def _help_of(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    """Return the help with its placeholders filled, as argparse would."""
    if not action.help or action.help == argparse.SUPPRESS:
        return ""
    return " ".join(parser._get_formatter()._expand_help(action).split())  # noqa: SLF001


def _roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(
        f"\\&{line}" if line.startswith((".", "'")) else line for line in escaped.splitlines()
    )


def _arguments(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    words = action.metavar or "|".join(map(str, action.choices or ())) or action.dest.upper()
    text = words if isinstance(words, str) else " ".join(words)
    return text + ("…" if action.nargs in {"*", "+"} else "")


def manual(parser: argparse.ArgumentParser, language: str, date: str) -> str:
    """Return the page in roff."""
    words = WORDS[language]
    file, command = ("ФАЙЛ…", "КОМАНДА …") if language == "ru" else ("FILE…", "COMMAND …")
    lines = [
        f'.TH ROSCHERK 1 "{date}" "roscherk {__version__}"',
        f".SH {words['NAME']}",
        f"roscherk \\- {words['name']}",
        f".SH {words['SYNOPSIS']}",
        ".B roscherk",
        _roff(f"[--verify | --sign] [{file}]"),
        ".br",
        ".B roscherk",
        command,
        f".SH {words['DESCRIPTION']}",
        _roff(parser.description or ""),
        _roff(parser.epilog or ""),
    ]
    for entry in entries(parser):
        lines += _entry_lines(entry, words)
    for heading, text in (("EXIT STATUS", "codes"), ("FILES", "files"), ("SEE ALSO", "also")):
        lines += [f".SH {words[heading]}", _roff(words[text])]
    return "\n".join(lines) + "\n"


def _entry_lines(entry: Entry, words: dict[str, str]) -> list[str]:
    if entry.path:
        lines = [f".SS roscherk {_roff(' '.join(entry.path))}", _roff(entry.help) + "."]
    else:
        lines = [f".SH {words['OPTIONS']}"]
    for action in (*entry.positionals, *entry.options):
        names = ", ".join(action.option_strings)
        head = " ".join(each for each in (names, _arguments(action)) if each)
        lines += [".TP", f".B {_roff(head)}", _roff(_help_of(action, entry.parser)) or "\\&"]
    return lines if entry.path else [*lines, f".SH {words['COMMANDS']}"]


def _spelled(path: tuple[str, ...]) -> str:
    """Return a path as the scripts gather it: a blank before each word."""
    return "".join(" " + each for each in path)


def _walk(found: list[Entry]) -> list[str]:
    """Return the cases that follow the commands of a line; a word that is none changes nothing."""
    return [
        f'      "{_spelled(each.path[:-1])} {each.path[-1]}") walked="$walked $each" ;;'
        for each in found
        if each.path
    ]


def bash(parser: argparse.ArgumentParser) -> str:
    """Return a completion for bash: commands, subcommands, options; else names of files."""
    found = list(entries(parser))
    cases = []
    for entry in found:
        inner = [each.path[-1] for each in found if each.path[:-1] == entry.path and each.path]
        options = [name for each in entry.options for name in each.option_strings]
        common = ["--profile", "--language"] if entry.path else ["--verify", "--sign"]
        words = f'inner="{" ".join(inner)}" options="{" ".join([*options, *common])}"'
        cases.append(f'    "{_spelled(entry.path)}") {words} ;;')
    values = [
        f'    {name}) values="{" ".join(choices)}" ;;'
        for name, choices in sorted(_choices(found).items())
    ]
    return _BASH.format(
        walk="\n".join(_walk(found)), cases="\n".join(cases), values="\n".join(values)
    )


_BASH = """\
# bash completion of roscherk, written from its own command line
_roscherk() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}"
  local walked="" each inner="" options="" values=""
  for each in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$walked $each" in
{walk}
    esac
  done
  case "$walked" in
{cases}
  esac
  case "$before" in
{values}
  esac
  if [ -n "$values" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$word")
  elif [[ "$word" == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
  else
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -W "$inner" -- "$word"; compgen -f -- "$word")
  fi
}}
complete -F _roscherk roscherk
"""


def _choices(found: list[Entry]) -> dict[str, list[str]]:
    """Return the values of options that have a closed list, if they are the same everywhere."""
    gathered: dict[str, set[tuple[str, ...]]] = {}
    for entry in found:
        for action in entry.options:
            for name in action.option_strings:
                values = tuple(map(str, action.choices or ()))
                gathered.setdefault(name, set()).add(values)
    return {
        name: list(next(iter(values)))
        for name, values in gathered.items()
        if len(values) == 1 and any(values)
    }


def zsh(parser: argparse.ArgumentParser) -> str:
    """Return a completion for zsh, with the help of each word."""
    found = list(entries(parser))
    cases = []
    for entry in found:
        inner = [each for each in found if each.path and each.path[:-1] == entry.path]
        names = " ".join(_pair(each.path[-1], each.help) for each in inner)
        options = " ".join(
            _pair(name, _help_of(action, entry.parser))
            for action in entry.options
            for name in action.option_strings
        )
        cases.append(
            f'    "{_spelled(entry.path)}")\n      inner=({names})\n      options=({options}) ;;'
        )
    return _ZSH.format(walk="\n".join(_walk(found)), cases="\n".join(cases))


_ZSH = """\
#compdef roscherk
# written from the command line of roscherk

_roscherk() {{
  local walked="" each
  for each in "${{(@)words[2,CURRENT-1]}}"; do
    case "$walked $each" in
{walk}
    esac
  done
  local -a inner options
  case "$walked" in
{cases}
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe -o option options
  else
    (( $#inner )) && _describe command inner
    _files
  fi
}}

_roscherk "$@"
"""


def _pair(name: str, words: str) -> str:
    text = f"{name}:{words}".replace("'", "’")
    return f"'{text}'"


def main(what: str, language: str, date: str) -> int:
    """Print one of the three."""
    set_language(language)
    teach_argparse(language)
    parser = command_parser()
    if what == "manual":
        print(manual(parser, language, date), end="")
    else:
        print({"bash": bash, "zsh": zsh}[what](parser), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
