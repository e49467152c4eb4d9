"""`fields`, and signing in one of them."""

import io
import json
from pathlib import Path

import pytest
from attacks import pdf_documents as documents
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    SigFieldSpec,
    SigSeedValFlags,
    SigSeedValueSpec,
    append_signature_field,
)
from roscherk_run import Roscherk

BOX = (60, 60, 320, 160)


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """Return a form with three empty places."""
    writer = IncrementalPdfFileWriter(io.BytesIO(documents.two_pages()))
    lock = FieldMDPSpec(FieldMDPAction.EXCLUDE, fields=["Seller"])
    seed = SigSeedValueSpec(flags=SigSeedValFlags.REASONS, reasons=["I agree"])
    for spec in (
        SigFieldSpec("Seller", on_page=1, box=BOX),
        SigFieldSpec("Buyer", box=BOX, field_mdp_spec=lock),
        SigFieldSpec("Notary", seed_value_dict=seed),
    ):
        append_signature_field(writer, spec)
    out = io.BytesIO()
    writer.write(out)
    path = tmp_path / "Договор.pdf"
    path.write_bytes(out.getvalue())
    return path


def test_list_and_sign(roscherk: Roscherk, practising: str, form: Path) -> None:
    """What is listed can be signed in; then it is listed no more."""
    said = roscherk("fields", form)
    assert said.code == 0, said.err
    lines = [line.strip() for line in said.out.splitlines() if line.strip()]
    assert lines == [
        "Seller · страница 2",
        "Buyer · страница 1",
        "Подпись здесь запирает поля формы.",
        "Notary · не показано ни на одной странице",
        "Автор формы ждёт здесь другой подписи",
    ]
    signed = roscherk("sign", form, "--key", practising, "--field", "Seller")
    assert signed.code == 0, signed.err
    left = json.loads(roscherk("fields", form.with_name("Договор.УЧЕБНАЯ.pdf"), "--json").out)
    assert [one["name"] for one in left["fields"]] == ["Buyer", "Notary"]
    assert left["fields"][0]["locks"] == ["*", "Seller"]
    assert left["fields"][1]["obstacle"]["facts"]["what"] == "reasons"


def test_fields_that_are_not_for_us(roscherk: Roscherk, practising: str, form: Path) -> None:
    """A place that is not there, and one whose author asks for what we do not do."""
    for name, heading in (
        ("Nobody", "В документе нет такого места для подписи"),
        ("Notary", "Автор формы ждёт здесь другой подписи"),
    ):
        said = roscherk("sign", form, "--key", practising, "--field", name)
        assert said.code != 0
        assert heading in said.err
        assert name in said.err


def test_document_without_fields(roscherk: Roscherk, tmp_path: Path) -> None:
    """Nothing to list is no error."""
    path = tmp_path / "a.pdf"
    path.write_bytes(documents.plain())
    said = roscherk("fields", path)
    assert (said.code, said.out.strip()) == (0, "В документе нет свободных мест для подписи.")
    assert roscherk("fields", tmp_path / "none.pdf").code != 0
