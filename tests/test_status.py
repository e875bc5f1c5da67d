"""What the words in a status cell mean, and what they do not claim."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dhr_ledger.errors import UnknownStatus
from dhr_ledger.status import DEFAULT_LEGEND, Legend, Status

COLOURS = Legend.model_validate(
    {
        "Blue": {"progress": "complete", "assurance": "evidenced"},
        "Green": "in progress",
        "Red": "not started",
        "✓": {"progress": "complete", "assurance": "claimed"},
        "1": "complete",
    }
)

words = st.sampled_from([status.as_printed for status in DEFAULT_LEGEND.root])
blanks = st.text(" \t\n\xa0", max_size=3)
statuses = st.builds(
    Status,
    as_printed=st.text(),
    assurance=st.sampled_from([None, "claimed", "evidenced", "signed off", "audited"]),
    progress=st.sampled_from(["not started", "in progress", "complete", "paused", "unknown"]),
    response=st.sampled_from([None, "accepted", "partly accepted", "rejected", "none"]),
)


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        ("Not started", "not started"),
        ("In progress", "in progress"),
        ("in-progress", "in progress"),
        ("Ongoing", "in progress"),
        ("On-going", "in progress"),
        ("ON  GOING", "in progress"),
        ("on–going", "in progress"),
        ("Partly met", "in progress"),
        ("Action completed", "complete"),
        ("Completed", "complete"),
        ("Complete.", "complete"),
        ("fully implemented", "complete"),
        ("Paused", "paused"),
        ("Withdrawn", "withdrawn"),
        ("Superseded", "superseded"),
        ("Post publication", "awaiting a stage"),
        ("post-publication", "awaiting a stage"),
        ("Not met", "unknown"),
        ("", "unknown"),
    ],
)
def test_the_words_of_published_plans(text: str, progress: str) -> None:
    read = DEFAULT_LEGEND.read(text)
    assert (text, progress) == (read.as_printed, read.progress)


@pytest.mark.parametrize(
    ("text", "assurance"),
    [
        ("Completed", "claimed"),
        ("Action completed", "claimed"),
        ("Completed and evidenced", "evidenced"),
        ("Signed off", "signed off"),
        ("Complete and audited", "audited"),
        ("Ongoing", None),
        ("Withdrawn", None),
        ("Accepted", None),
    ],
)
def test_a_bare_word_claims_and_no_more(text: str, assurance: str | None) -> None:
    assert assurance == DEFAULT_LEGEND.read(text).assurance


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("Accepted", "accepted"),
        ("Accepted in principle", "partly accepted"),
        ("Partly agreed", "partly accepted"),
        ("Not agreed", "rejected"),
        ("No response", "none"),
        ("Completed", None),
    ],
)
def test_a_response_says_nothing_of_progress(text: str, response: str | None) -> None:
    read = DEFAULT_LEGEND.read(text)
    assert response == read.response
    assert (read.response is None) == (read.progress != "unknown")


@pytest.mark.parametrize("text", ["Blue", "Red", "Amber", "Yellow", "Green", "Grey", "White", "1", "4", "RAG", "G"])
def test_colours_and_numbers_mean_nothing_without_the_legend_of_the_plan(text: str) -> None:
    assert Status(as_printed=text, progress="unknown") == DEFAULT_LEGEND.read(text)


def test_colours_mean_what_the_plan_says() -> None:
    assert Status(as_printed="BLUE", progress="complete", assurance="evidenced") == COLOURS.read("BLUE")
    assert Status(as_printed=" ✓ ", progress="complete", assurance="claimed") == COLOURS.read(" ✓ ")
    assert Status(as_printed="Completed", progress="unknown") == COLOURS.read("Completed")


@pytest.mark.parametrize("text", ["Complete?", "Completed 31/01/2014", "Not complete", "Complete / ongoing", "✗"])
def test_a_word_that_is_almost_known_is_unknown(text: str) -> None:
    assert Status(as_printed=text, progress="unknown") == DEFAULT_LEGEND.read(text)


def test_an_unknown_word_cannot_be_typed_in() -> None:
    with pytest.raises(UnknownStatus) as refused:
        COLOURS.parse("Geen")
    assert (
        "'Geen' is no status in the plan's legend; did you mean 'Green'? The legend has Blue, Green, Red, ✓, 1; "
        "use one of these words, or revise the legend (ReviseLegend) so that it says what this one means."
    ) == str(refused.value)
    with pytest.raises(
        UnknownStatus, match=r"^'Amber' is no status in the plan's legend\. The legend has Not started, "
    ):
        DEFAULT_LEGEND.parse("Amber")
    with pytest.raises(UnknownStatus, match=r"^'' is no status"):
        DEFAULT_LEGEND.parse("")


def test_one_legend_over_another_keeps_the_words_of_both() -> None:
    both = DEFAULT_LEGEND | Legend.model_validate({"Amber": "in progress", "on going": "paused"})
    assert ["in progress", "paused", "complete"] == [both.read(word).progress for word in ("Amber", "On-going", "Done")]
    assert len(DEFAULT_LEGEND.root) + 1 == len(both.root)


def test_one_word_has_one_meaning() -> None:
    with pytest.raises(ValidationError, match="'On-going' and 'on going' are one word with two meanings; keep one"):
        Legend.model_validate({"On-going": "paused", "on going": "in progress"})
    same = Legend.model_validate({"On-going": "paused", "on going": "paused"})
    assert "paused" == same.read("ON GOING").progress


@pytest.mark.parametrize("meaning", ["finished", 3, None, {"progress": "finished"}, {"colour": "blue"}, ["complete"]])
def test_a_meaning_is_on_one_of_the_axes(meaning: object) -> None:
    with pytest.raises(ValidationError):
        Legend.model_validate({"Blue": meaning})


def test_the_storage_format_leaves_out_what_is_not_said() -> None:
    assert {"as_printed": "Ongoing", "progress": "in progress"} == DEFAULT_LEGEND.read("Ongoing").model_dump(
        mode="json"
    )
    assert {"as_printed": "Agreed", "progress": "unknown", "response": "accepted"} == DEFAULT_LEGEND.read(
        "Agreed"
    ).model_dump(mode="json")
    assert [
        {"as_printed": "Blue", "assurance": "evidenced", "progress": "complete"},
        {"as_printed": "Green", "progress": "in progress"},
    ] == COLOURS.model_dump(mode="json")[:2]


@given(st.text())
def test_any_text_is_read_and_kept_as_printed(text: str) -> None:
    assert text == DEFAULT_LEGEND.read(text).as_printed


@given(words, blanks, blanks, st.sampled_from(["", ".", " .", ":"]), st.sampled_from([" ", "-", "–", "  ", " - "]))
def test_capitals_hyphens_white_space_and_a_full_stop_make_no_difference(
    word: str, before: str, after: str, stop: str, hyphen: str
) -> None:
    plain = DEFAULT_LEGEND.read(word)
    for variant in (word.upper(), word.lower(), word.swapcase()):
        text = before + variant.replace(" ", hyphen).replace("-", hyphen) + stop + after
        assert plain.model_copy(update={"as_printed": text}) == DEFAULT_LEGEND.read(text)


@given(words)
def test_every_word_of_the_legend_reads_and_parses_as_its_meaning(word: str) -> None:
    (listed,) = [status for status in DEFAULT_LEGEND.root if status.as_printed == word]
    assert listed == DEFAULT_LEGEND.read(word) == DEFAULT_LEGEND.parse(word)


@given(st.lists(statuses, unique_by=lambda status: status.as_printed))
def test_the_storage_format_of_a_legend_loads_back_equal(listed: list[Status]) -> None:
    try:
        legend = Legend(tuple(listed))
    except ValidationError:
        return
    assert legend == Legend.model_validate_json(legend.model_dump_json())
    assert hash(legend) == hash(Legend.model_validate(legend.model_dump(mode="json")))
    assert list(legend.root) == [legend.read(status.as_printed) for status in listed]
