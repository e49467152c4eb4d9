"""Several listings followed at once: after each piece of news, the latest of all that there is."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def as_iterator(ask: Callable[[], T]) -> Callable[[], Iterator[T]]:
    """Return what asks once, as something that comes."""

    def coming() -> Iterator[T]:
        yield ask()

    return coming


def latest(asked: Sequence[Callable[[], Iterator[T]]]) -> Iterator[tuple[T, ...]]:
    """Follow all iterators, each in a thread of its own; yield the latest of each, in their order.

    The last thing that is yielded is whole. What one of them raises is raised when all have ended.
    """
    news: queue.SimpleQueue[tuple[int, list[T]]] = queue.SimpleQueue()
    failures: list[BaseException] = []

    def follow(place: int, begin: Callable[[], Iterator[T]]) -> None:
        try:
            for each in begin():
                news.put((place, [each]))
        except Exception as error:  # noqa: BLE001 - raised below, in the thread that asked
            failures.append(error)
        finally:
            news.put((place, []))

    for place, begin in enumerate(asked):
        threading.Thread(target=follow, args=(place, begin), daemon=True).start()
    found: dict[int, T] = {}
    running = len(asked)
    while running:
        place, told = news.get()
        if not told:
            running -= 1
            continue
        (found[place],) = told
        yield tuple(found[each] for each in sorted(found))
    if failures:
        raise failures[0]
