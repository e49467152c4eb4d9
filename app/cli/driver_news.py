"""A driver of tokens that is new here, or another file than before, is told before it is loaded."""

import sys

from app.texts.catalogue import _
from app.texts.showing import plain
from app.tokens.module_records import ModuleNews


def tell(news: ModuleNews) -> None:
    """Write one piece of news to standard error."""
    words = _("The driver {name} is used for the first time: {path}, SHA-256 {sha256}.")
    if news.before:
        words = _("The driver {name} was replaced since its last use: {path}, SHA-256 {sha256}.")
    path = plain(news.module.path)
    said = words.format(name=plain(news.module.name), path=path, sha256=news.sha256)
    print(said, file=sys.stderr)
