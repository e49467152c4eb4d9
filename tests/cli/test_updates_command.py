"""`updates`: as the program is shipped it says plainly that it does not know where to look."""

from roscherk_run import Roscherk


def test_nothing_is_asked_by_a_program_without_an_address(roscherk: Roscherk) -> None:
    """In words, and with a code for scripts."""
    done = roscherk("updates")
    assert done.code == 1
    assert "Неизвестно, где смотреть новые версии" in done.err
    assert roscherk("updates", "--json").json["code"] == "updates_no_address"
    assert roscherk("updates", "nothing.json", "--json").json["code"] == "updates_no_key"
