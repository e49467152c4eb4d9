"""Telling files of an archive by the names people know, not by the private places where they lie."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from app.crypto.opening import path_fact
from app.crypto.verdict.facts import FileFacts, Notice

Names = Mapping[Path, Path]


def with_names(facts: FileFacts, names: Names) -> FileFacts:
    """Return the facts with each path as people call it; facts of other files stay as they are."""
    if not names:
        return facts
    texts = {path_fact(old): path_fact(new) for old, new in names.items()}
    content = facts.content
    return replace(
        facts,
        path=names.get(facts.path, facts.path),
        content=None if content is None else names.get(content, content),
        errors=tuple(_told(each, texts) for each in facts.errors),
        warnings=tuple(_told(each, texts) for each in facts.warnings),
        mchd=tuple(replace(each, path=names.get(each.path, each.path)) for each in facts.mchd),
        mchd_signatures=tuple(with_names(each, names) for each in facts.mchd_signatures),
    )


def _told(notice: Notice, texts: Mapping[str, str]) -> Notice:
    known = {
        name: texts.get(value, value) if isinstance(value, str) else value
        for name, value in notice.facts.items()
    }
    return Notice(notice.code, known)
