"""What the dialog for a secret says: whose it is, what for, how many attempts are left."""

from pathlib import Path

import pytest
from fakes import container

from app.errors import ErrorCode, RoscherkError
from app.tokens.model import KeyPlaceKind, Token, TokenFlags
from app.ui.asking import ask_for_secret
from app.ui.makers import maker_line


def token(tries: int | None = None, **flags: bool) -> Token:
    """Return a token."""
    return Token(
        module=Path("/usr/lib/module.so"),
        slot=0,
        label="Бухгалтерия",
        manufacturer="Aktiv Co.",
        model="Rutoken ECP",
        serial="2ad0cafe",
        tries_left=tries,
        flags=TokenFlags(**flags),
    )


def on_token(**how: object) -> object:
    """Return a container on a token."""
    return container(place=KeyPlaceKind.TOKEN, uri="pkcs11:x", token=token(**how))


def test_names_the_owner_the_container_and_the_token() -> None:
    """Nobody has to guess which of several PINs is asked for."""
    question = ask_for_secret(on_token(tries=7), "Образцов Образец", "Подписать: a.pdf")
    said = " ".join(part for pair in question.facts for part in pair)
    assert question.heading == "PIN-код Пользователя токена"
    for part in ("Образцов Образец", "Основной", "Rutoken ECP", "2ad0cafe"):
        assert part in said
    assert question.purpose == "Подписать: a.pdf"
    assert question.tries == "Осталось 7 попыток"
    assert not question.grave


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"tries": 1}, "Осталась 1 попытка"),
        ({"user_pin_final_try": True}, "Это последняя попытка: неверный PIN-код заблокирует токен"),
    ],
)
def test_few_attempts_are_an_alarm(how: dict[str, object], words: str) -> None:
    """The last attempts are told before typing."""
    question = ask_for_secret(on_token(**how), "", "")
    assert question.tries == words
    assert question.grave
    assert question.last_try
    assert not ask_for_secret(on_token(tries=2), "", "").last_try


def test_a_token_that_does_not_tell() -> None:
    """Ignorance is said, not left out."""
    assert "не сообщает" in ask_for_secret(on_token(), "", "").tries


def test_after_a_wrong_pin() -> None:
    """The refusal and the attempts that are left stand in the next question."""
    wrong = RoscherkError(ErrorCode.PIN_WRONG, tries_left=2)
    question = ask_for_secret(on_token(tries=7), "", "", wrong)
    assert "Неверный PIN-код" in question.refused
    assert question.tries == "Осталось 2 попытки"


def test_files_have_passwords_and_no_attempts() -> None:
    """A container of the program and a PFX file are asked for by their own names."""
    assert ask_for_secret(container(), "", "").heading == "Пароль контейнера"
    pfx = container(place=KeyPlaceKind.PFX, uri="pfx:/a.pfx")
    assert ask_for_secret(pfx, "", "").heading == "Пароль файла PFX"
    assert ask_for_secret(pfx, "", "").tries == ""


def test_maker_is_named_and_not_called_certified() -> None:
    """One line says what makes the signature (decision 23)."""
    assert "libgcrypt" in maker_line(container())
    assert "не сертифицированное" in maker_line(container())
    assert "Rutoken ECP" in maker_line(on_token())
    assert "учебная" in maker_line(container(practice=True))
