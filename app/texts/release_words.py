"""What is told of a new version. Every face says it so."""

from collections.abc import Iterator

from app import __version__
from app.crypto.releases.door import News
from app.texts.catalogue import _
from app.texts.showing import plain


def news_heading(news: News) -> str:
    """Say whether there is a newer version."""
    if news.newer:
        return _("There is a newer version: {version}").format(version=news.release.version)
    return _("You have the newest version: {version}").format(version=__version__)


def news_lines(news: News) -> Iterator[tuple[str, str]]:
    """Say what the note tells; files with their digests, to be compared by whoever fetches them."""
    release = news.release
    yield _("Version"), release.version
    yield _("Date"), f"{release.date:%d.%m.%Y}"
    yield _("Signed by the release key"), plain(release.key)
    yield _("Where the note is from"), plain(news.source)
    if release.about:
        yield _("About it"), plain(release.about)
    if news.newer:
        for file in release.files:
            yield plain(file.name), f"SHA-256 {file.sha256}"
