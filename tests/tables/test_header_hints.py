"""First lines as people have them; `test_corpora` has the messages of whole files."""

from __future__ import annotations

import unicodedata

from tests.support.tables import refused


def test_accents_that_are_stored_in_another_way():
    one, two = (unicodedata.normalize(form, "höhe") for form in ("NFC", "NFD"))
    assert one != two
    single, parts = "in one character each (NFC)", "as letter and accent (NFD)"
    for wanted, there, had, asked in ((one, two, parts, single), (two, one, single, parts)):
        assert refused(f"{there}\n1\n", [wanted]) == (
            f't.csv: no column "{wanted}" for the input "{wanted}"; the table stores its accents '
            f"{had}, and asked for are those stored {asked}; columns={{{wanted!r}: {there!r}}} "
            "takes it"
        )


def test_a_title_of_words_is_no_header_of_blanks():
    assert "delimiter" not in refused("Measured in May\nx,y\n1,2\n")


def test_half_of_the_cells_are_numbers():
    assert "holds numbers" in refused("5.1,setosa\n")
    assert "holds numbers" not in refused("5.1,setosa,virginica\n")
