"""Who leads: the agencies and posts that a printed cell names, and no more than it says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dhr_ledger import action
from dhr_ledger.lead import Lead, Party

PLANS = Path(__file__).parents[3] / "shared" / "plans"

# Words of leads in any order, which come near to several parties far more often than any text does.
near_leads = st.lists(
    st.sampled_from(
        [
            *[
                "Head of Service",
                "West Midlands Police",
                "Board",
                "DCS",
                "BSCB",
                "Chair",
                "Jane Smith",
                "TBC",
                "and",
                "&",
            ],
            *[
                " / ",
                "/",
                "/ ",
                ";",
                "\n",
                "• ",
                "- ",
                "1. ",
                ", ",
                "(",
                ")",
                " ",
                "Safeguarding",
                "Children's Services",
            ],
        ]
    ),
    max_size=10,
).map("".join)
texts = st.one_of(st.text(), near_leads)


def parties(text: str) -> list[tuple[str, str | None]]:
    """What is read from *text*, each as `agency` or `post` with its words."""
    read = Lead.read(text).parties
    return [("agency", party.agency) if party.agency else ("post", party.post) for party in read]


def test_a_lead_has_one_home():
    """And the room of actions still hands it on, as it always did."""
    assert (Lead, Party) == (action.Lead, action.Party)


@given(texts)
@example("")
def test_the_cell_is_kept_to_the_character(text):
    assert text == Lead.read(text).as_printed


@given(texts)
def test_a_party_is_an_agency_or_a_post_in_words_of_the_cell(text):
    """Never both, never blank, and never a word that is not printed."""
    for party in Lead.read(text).parties:
        said = [words for words in (party.agency, party.post) if words]
        assert 1 == len(said)
        assert [] == [word for word in said[0].split() if word not in text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("West Midlands Police", [("agency", "West Midlands Police")]),
        ("Anytown City Council", [("agency", "Anytown City Council")]),
        ("Community Healthcare NHS Trust", [("agency", "Community Healthcare NHS Trust")]),
        ("Children's Social Care", [("agency", "Children's Social Care")]),
        ("Anytown Women’s Aid", [("agency", "Anytown Women’s Aid")]),
        ("Training Sub-Group", [("agency", "Training Sub-Group")]),
        ("Safeguarding Children Board (ASCB)", [("agency", "Safeguarding Children Board (ASCB)")]),
        ("Detective Chief Inspector", [("post", "Detective Chief Inspector")]),
        ("Detective Superintendent (Public Protection)", [("post", "Detective Superintendent (Public Protection)")]),
        ("Senior partner", [("post", "Senior partner")]),
        ("Domestic Abuse Champions", [("post", "Domestic Abuse Champions")]),
        ("Police and Crime Commissioner", [("post", "Police and Crime Commissioner")]),
        ("Head of Service, Adult Social Care", [("post", "Head of Service, Adult Social Care")]),
        ("Head of Safeguarding, Trust X", [("post", "Head of Safeguarding, Trust X")]),
        ("Deputy Director of Nursing and Practice.", [("post", "Deputy Director of Nursing and Practice.")]),
    ],
)
def test_a_party_is_an_agency_if_it_says_so_and_else_a_post(text, expected):
    """What is both is kept whole, as a post."""
    assert expected == parties(text)


@pytest.mark.parametrize("acronym", ["BSCB", "LSCB", "ACSP", "CSP", "BSAB", "CCG", "ICB", "NHS", "CPS", "HMPPS", "CQC"])
def test_an_acronym_of_a_kind_of_body_is_an_agency(acronym):
    assert [("agency", acronym)] == parties(acronym)


@pytest.mark.parametrize("acronym", ["DCS", "SIO", "DCI", "CEO", "ABCD"])
def test_any_other_acronym_is_a_post(acronym):
    assert [("post", acronym)] == parties(acronym)


@pytest.mark.parametrize(
    "text",
    [
        "Chair / Service Manager",
        "Chair; Service Manager",
        "• Chair\n• Service Manager",
        "- Chair\n- Service Manager",
        "1. Chair\n2. Service Manager",
        "• Chair • Service Manager",
        "Chair\nService Manager",
        "Chair\r\n\r\nService Manager",
        "Chair/Service Manager",
        "Chair/ Service Manager",
    ],
)
def test_several_parties_are_several(text):
    assert [("post", "Chair"), ("post", "Service Manager")] == parties(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chair / DCS", [("post", "Chair"), ("post", "DCS")]),
        ("• Safeguarding\n• Children's Services", [("post", "Safeguarding"), ("agency", "Children's Services")]),
        (
            "Training Sub-Group/ Safety Partnership",
            [("agency", "Training Sub-Group"), ("agency", "Safety Partnership")],
        ),
        (
            "Police / Probation Service; Chair",
            [("agency", "Police"), ("agency", "Probation Service"), ("post", "Chair")],
        ),
        ("CSP/LSCB", [("agency", "CSP"), ("agency", "LSCB")]),
        ("• Director of Care\nand Support\n• Chair", [("post", "Director of Care and Support"), ("post", "Chair")]),
    ],
)
def test_each_of_several_is_what_it_says(text, expected):
    assert expected == parties(text)


@pytest.mark.parametrize(
    "text",
    [
        "Deputy Director of Nursing and Practice",
        "Children's Social Care and West Midlands Police",
        "Clinical Lead, Team Leaders & Service Lead",
        "MARAC/IDVA Coordinator",
        "Director of Adult/Children's Services",
        "Head of Service - Landlord Services/ ACSP",
        "Business Manager, ASAB/ASCB",
        "Head of CSC/YOS",
        "Detective Chief\nInspector",
        "Director of Forensic and\nSpecialist Care Group",
        "Head of Service\nAdult Social Care",
        "Detective Superintendent\nWest Midlands Police",
        "Detective Superintendent\n(Public Protection)",
        "24/7 Crisis Team",
    ],
)
def test_what_may_be_one_title_is_not_parted(text):
    assert [" ".join(text.split())] == [words for _, words in parties(text)]


@pytest.mark.parametrize("text", ["", " ", "-", "TBC", "t.b.c.", "N/A", "To be confirmed", "None", "Vacant", "•"])
def test_nobody_is_no_party(text):
    assert () == Lead.read(text).parties


@pytest.mark.parametrize(
    "text",
    [
        *["Jane Smith", "Dr A. Khan", "Dr Khan", "J Smith", "A.B. Smith", "DCI Smith", "Cllr Jane Smith"],
        *["Mrs O’Neill", "Jane Smith-Jones", "Jane Smith, Head of Safeguarding", "Head of Safeguarding (Jane Smith)"],
        *["Jane Smith - Chair", "Jane Smith / Chair", "• Chair\n• Jane A. Smith", "Chief Inspector Paul Smith"],
        "Head of Service: Dr A. Khan",
    ],
)
def test_a_name_is_a_warning(text):
    assert Lead.read(text).names_a_person


@pytest.mark.parametrize("text", ["Jane Smith", "Dr A. Khan", "J Smith", "Cllr Jane Smith"])
def test_a_name_is_no_party(text):
    """It is neither an agency nor a post; beside a post it is kept in its words."""
    assert () == Lead.read(text).parties
    assert [("post", "Chair")] == parties(f"{text}; Chair")
    assert [("post", f"{text}, Head of Service")] == parties(f"{text}, Head of Service")


@pytest.mark.parametrize(
    "text",
    [
        *["West Midlands Police", "Detective Chief Inspector", "DCI Public Protection", "Head of Service", "DCS", ""],
        *["Martin House", "Victoria Road Surgery", "Florence Nightingale Foundation", "Lead GP", "Named Doctor"],
        *["Dr Surgery", "Senior partner", "Mental Health", "A Division", "Safeguarding Adults Lead Nurse", "SI Leads"],
    ],
)
def test_what_is_no_name_is_no_warning(text):
    assert not Lead.read(text).names_a_person


@given(texts)
def test_any_text_names_a_person_or_none(text):
    assert Lead.read(text).names_a_person in (True, False)


@given(texts)
def test_what_is_read_says_no_more_than_the_words(text):
    """So that an entry from before parties were read is the same lead."""
    read, bare = Lead.read(text), Lead(as_printed=text)
    more = Lead(as_printed=text, parties=(Party(agency="A", post="B"),))
    assert read.says_no_more_than(bare)
    assert bare.says_no_more_than(read)
    assert more.says_no_more_than(more)
    assert not more.says_no_more_than(read)
    assert not Lead.read(f"{text}x").says_no_more_than(read)


@pytest.mark.parametrize(("plan", "rows"), [("kent-mr-s", 19), ("essex-si444", 4), ("stockton-2017", 5)])
def test_every_lead_of_real_plans_comes_out_as_a_careful_reader_listed_it(plan, rows):
    folder = PLANS / plan
    if not folder.exists():
        pytest.skip(f"The plan {plan} lies beside the checkout of this project, and is not here.")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    with open(folder / "plan.csv", encoding="utf-8-sig", newline="") as file:
        headings, *cells = csv.reader(file)
    column = headings.index(next(name for name, means in expected["plan"]["header_map"].items() if means == "lead"))
    assert rows == len(cells)
    assert [row["lead"] for row in expected["rows"]] == [[words for _, words in parties(row[column])] for row in cells]
    assert not any(Lead.read(row[column]).names_a_person for row in cells)
