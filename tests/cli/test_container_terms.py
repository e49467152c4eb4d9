"""`containers`: the days that are left, renewed keys, reminders for a calendar."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from roscherk_run import PASSWORD, Roscherk
from stand_ins.pki import make_pki

from app import composition
from app.algorithms.names import KeyAlgorithm
from app.places import Places
from app.tokens.pin import Secret


def put_key(places: Places, folder: Path, name: str, *, since: int, days: int) -> None:
    """Put a key with a certificate of this term into the store."""
    pki, now = make_pki(KeyAlgorithm.ECDSA_P256), datetime.now(UTC).replace(microsecond=0)
    pki.leaf = pki.issue(
        not_before=now - timedelta(days=since), not_after=now + timedelta(days=days, hours=1)
    )
    file = folder / f"{name}.pfx"
    file.write_bytes(pki.pfx(PASSWORD))
    with (
        composition.build(places) as services,
        Secret(bytearray(PASSWORD)) as old,
        Secret(bytearray(PASSWORD)) as new,
    ):
        services.store.import_pfx(name, file, old, new)


def test_days_left_and_calendar(roscherk: Roscherk, places: Places, tmp_path: Path) -> None:
    """Twelve days: said, counted, put into a calendar; a renewed key is said to be one."""
    put_key(places, tmp_path, "Прежний", since=350, days=12)
    calendar = tmp_path / "сроки.ics"
    told = " ".join(roscherk("containers", "--calendar", calendar).out.split())
    assert "(осталось 12 дней)" in told
    assert "Сертификат истекает через 12 дней: Тестов Тест Тестович" in told
    assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    put_key(places, tmp_path, "Новый", since=2, days=360)
    rows = roscherk("containers", "--json").json["containers"]
    assert {row["label"]: (row["days_left"], row["renewed_by"]) for row in rows} == {
        "Прежний": (12, "container:Новый"),
        "Новый": (360, None),
    }
    told = " ".join(roscherk("containers").out.split())
    assert "Есть новый сертификат: подписывайте container:Новый" in told
    assert "истекает через" not in told
