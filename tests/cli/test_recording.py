"""Recording from the command line: a sub-command for each command of the domain, and many at once from JSON."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from dhr_ledger import Actor
from dhr_ledger.action import (
    ActionCreated,
    ActionSuperseded,
    ChangeStatus,
    CreateAction,
    RecordProgress,
    ReviseTargetDate,
)
from dhr_ledger.cli import app
from dhr_ledger.cli.recording import kebab
from dhr_ledger.commands import COMMANDS, command_of, read_commands, told_of
from dhr_ledger.errors import BadInput
from dhr_ledger.provenance import Source
from dhr_ledger.review import OpenReview

REVIEW = "BDHR2012/13-04"
ACTION = f"{REVIEW}:WMP:1.2"
OTHER = f"{REVIEW}:WMP:1.3"
BY = ("--by", "DHR coordinator")


def test_every_command_has_a_sub_command_with_an_example():
    """A new command appears by itself, and each says how it is typed; what import and export record is not offered."""
    listed = CliRunner().invoke(app, ["record", "--help"]).stdout
    for name, command in COMMANDS.items():
        if name in ("ImportPlan", "IssueExport"):
            assert kebab(name) not in listed
            assert 2 == CliRunner().invoke(app, ["record", kebab(name), "--help"]).exit_code
            continue
        assert re.search(rf"^  {kebab(name)} ", listed, re.MULTILINE), name
        told = CliRunner().invoke(app, ["record", kebab(name), "--help"]).stdout
        assert f"Example:\n    dhr-ledger record {kebab(name)} " in told
        for field in list(command.model_fields)[3:]:
            assert f"--{field.replace('_', '-')} " in told or re.search(rf"^  {field.upper()} ", told, re.MULTILINE)


def test_every_field_of_every_command_is_explained():
    """No option or argument of `record` stands without words."""

    group = get_command(app).commands["record"]
    bare = [
        f"{name} {parameter.name}"
        for name in group.list_commands(None)
        for parameter in group.get_command(None, name).params
        if parameter.name != "help" and not parameter.help
    ]
    assert [] == bare


def test_recording_says_what_was_recorded(run, place, entries):
    """The reference is the argument, the fields are the options, and the entry is as it would be from Python."""
    answer = run(
        *("record", "revise-target-date", ACTION, "--to", "Jun-14", "--reason", "The pilot was extended"),
        *("--effective", "2014-02", *BY, "--agency", "West Midlands Police", "--role", "coordinator"),
    )
    assert answer.stdout.startswith(f"Recorded:\n{ACTION}, entry 2: 2014-02, recorded ")
    last = entries()[-1]
    assert Actor(name="DHR coordinator", agency="West Midlands Police", role="coordinator") == last.by
    assert ("2014-02", "The pilot was extended", ACTION) == (last.effective, last.reason, last.reference)
    assert "Jun-14" == last.event.to.as_printed


def test_recording_answers_in_json(run):
    """The entries as stored."""
    told = json.loads(run("record", "record-progress", ACTION, "--note", "Begun", *BY, "--json").stdout)
    assert ["ProgressRecorded.v1"] == [entry["type"] for entry in told["recorded"]]
    told = json.loads(run("record", "change-status", ACTION, "--to", "Not started", *BY, "--json").stdout)
    assert {"recorded": []} == told


def test_a_file_of_commands_is_answered_in_json(run):
    """The same document, whatever was recorded."""
    told = json.loads(run("record", "--json", "-", *BY, stdin=f"{json.dumps(PROGRESS)}\n{json.dumps(STATUS)}").stdout)
    assert [(6, ACTION, 2), (7, ACTION, 3)] == [
        (entry["position"], entry["reference"], entry["version"]) for entry in told["recorded"]
    ]
    assert all(" DHR coordinator " in entry["sentence"] for entry in told["recorded"])
    assert {"recorded": []} == json.loads(run("record", "--json", "-", *BY, stdin=json.dumps(STATUS)).stdout)


def test_the_number_that_is_shown_is_the_one_that_is_annotated(run, entries):
    """From the answer of `record`, and from the history of the action or of all."""
    told = run("record", "record-progress", ACTION, "--note", "Two teams", *BY).stdout
    [number] = re.findall(rf"^{re.escape(ACTION)}, entry (\d+): ", told, re.MULTILINE)
    assert f"\n{number}. " in run("history", ACTION).stdout
    assert f"\n{ACTION}, entry {number}: " in run("history").stdout
    assert f"\n{REVIEW}, entry 2: " in run("history", REVIEW).stdout
    run("record", "annotate-entry", ACTION, "--version", number, "--note", "Three teams", *BY)
    [progress, annotated] = entries()[-2:]
    assert (progress.version, "3") == (annotated.event.version, run("history", ACTION).stdout.splitlines()[-1][0])


def test_what_a_plan_settles_late_is_recorded(run, entries):
    """Its legend as JSON, what a heading means, the heading of a section, the words of a recommendation."""
    run("record", "revise-legend", REVIEW, "--legend", '{"Blue": "complete"}', *BY)
    run("record", "settle-heading", REVIEW, "--heading", "Cost", "--means", "nothing", *BY)
    run("record", "rename-section", f"{REVIEW}:WMP", "--to", "Police", *BY)
    change = ("reword-recommendation", f"{REVIEW}:WMP:R1", "--scope", "local")
    assert "needs a reason" in run("record", *change, *BY, expect=2).stderr
    run("record", *change, "--reason", "Corrected", *BY)
    assert ["LegendRevised.v1", "HeadingSettled.v1", "SectionRenamed.v1", "RecommendationReworded.v1"] == [
        entry.type for entry in entries()[5:]
    ]
    assert (
        "Usage:" in run("record", "settle-heading", REVIEW, "--heading", "C", "--means", "cost", *BY, expect=2).stderr
    )


def test_what_changes_nothing_records_nothing_and_is_fine(run, place, entries):
    """Said twice is said once."""
    answer = run("record", "change-status", ACTION, "--to", "Not started", *BY)
    assert "Nothing is changed by that, so nothing was recorded.\n" == answer.stdout
    assert 5 == len(entries())


def test_a_field_that_is_called_like_who_records_is_a_second_argument(run, place, entries):
    """An action is superseded BY another, and that is recorded --by somebody."""
    run("record", "supersede-action", ACTION, OTHER, *BY)
    assert ActionSuperseded(was=entries()[3].event.status, by=OTHER) == entries()[-1].event


def test_a_command_of_many_fields(run, place, entries):
    """Each option is the field of that name."""
    run(
        *("record", "create-action", f"{REVIEW}:WMP:4", "--text", "Meet", "--lead", "Chief Inspector", *BY),
        *("--target-date", "TBC", "--desired-outcome", "Safer", "--monitoring", "Board", "--success-measure", "Count"),
        *("--status", "Ongoing", "--recommendation", f"{REVIEW}:WMP:R1"),
        *("--evidence-required", "Minutes", "--outcome", "Held"),
    )
    created = entries()[-1].event
    assert isinstance(created, ActionCreated)
    assert ("Meet", "Chief Inspector", "TBC", "Safer", "Board", "Count", "Ongoing", "Minutes", "Held") == (
        *(created.text, created.lead.as_printed, created.target_date.as_printed, created.desired_outcome),
        *(created.monitoring, created.success_measure, created.status.as_printed),
        *(created.evidence_required, created.outcome),
    )
    told = run("show", f"{REVIEW}:WMP:4").stdout.splitlines()
    assert {"Evidence required:   Minutes", "Outcome:             Held"} < set(told)
    (action,) = json.loads(run("show", f"{REVIEW}:WMP:4", "--json").stdout)["actions"]
    assert ("Minutes", "Held") == (action["evidence_required"], action["outcome"])


def test_flags_numbers_and_json_are_typed_as_such(run, place, entries):
    """A flag, a number, one of some words, and a legend as JSON."""
    run("record", "record-progress", ACTION, "--note", "As printed", "--as-printed", *BY)
    assert entries()[-1].event.as_printed is True
    run("record", "annotate-entry", ACTION, "--version", "1", "--note", "The second form", *BY)
    assert 1 == entries()[-1].event.version
    run("record", "reach-stage", REVIEW, "--stage", "resubmission required", *BY)
    assert "resubmission required" == entries()[-1].event.stage
    run("record", "open-review", "DARDR2", "--title", "T", "--kind", "DARDR", "--legend", '{"Blue": "complete"}', *BY)
    assert "complete" == entries()[-1].event.legend.read("blue").progress


def test_a_printed_milestone_is_shown_as_it_is_printed(run):
    """One that was typed in stands with its day."""
    run("record", "reach-milestone", ACTION, "--milestone", "Mar 2014: course written", "--as-printed", *BY)
    run("record", "reach-milestone", ACTION, "--milestone", "Course held", "--effective", "2014-04", *BY)
    lines = run("show", ACTION).stdout.splitlines()
    assert ["Milestone:           Mar 2014: course written", "Milestone:           April 2014: Course held"] == [
        line for line in lines if line.startswith("Milestone")
    ]


def test_who_records_may_be_named_by_the_environment(run, place, monkeypatch, entries):
    """DHR_LEDGER_BY, DHR_LEDGER_AGENCY and DHR_LEDGER_ROLE."""
    monkeypatch.setenv("DHR_LEDGER_BY", "Lead GP")
    monkeypatch.setenv("DHR_LEDGER_AGENCY", "NHS - Surgery 2")
    run("record", "record-progress", ACTION, "--note", "Begun")
    assert Actor(name="Lead GP", agency="NHS - Surgery 2") == entries()[-1].by


def test_what_is_said_before_the_sub_command_holds_for_it(run, place, entries):
    """And gives way to what is said after it."""
    run("record", *BY, "--effective", "2014-01", "record-progress", ACTION, "--note", "Begun", "--effective", "2014-02")
    last = entries()[-1]
    assert ("DHR coordinator", "2014-02") == (last.by.name, last.effective)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["record-progress", ACTION, "--note", "x"], "Nobody is named as the one who records this; say who, like --by"),
        (["record-progress", ACTION, "--note", "x", "--by", "y" * 201], "--by 'yyy"),
        (["record-progress", ACTION, "--note", " ", *BY], "RecordProgress needs note; a blank one was given."),
        (["record-progress", "9.9", "--note", "x", *BY], "'9.9' is not the reference of an action; write it like"),
        (["revise-target-date", ACTION, "--to", "Jun-14", *BY], f"Moving the target date of {ACTION} to"),
        (["revise-target-date", ACTION, "--to", "soon", "--reason", "x", *BY], "The target date 'soon' cannot be read"),
        (["change-status", ACTION, "--to", "Nearly", *BY], "'Nearly' is no status in the plan's legend"),
        (["sign-off-action", ACTION, *BY], f"{ACTION} cannot be signed off: its status is 'Not started', not complete"),
        (["record-progress", ACTION, "--note", "x", "--effective", "2999", *BY], "which is yet to come"),
        (["open-review", REVIEW, "--title", "Another", *BY], f"Review {REVIEW} is open already"),
        (["open-review", "DHR9", "--title", "T", "--legend", "Blue", *BY], "--legend 'Blue' is no JSON"),
        (["annotate-entry", ACTION, "--version", "9", "--note", "x", *BY], f"There is no entry 9 of {ACTION}"),
        (["record-progress", ACTION, "--note", "x", "--seen", "3", *BY], "was changed by somebody else first"),
        (["record-progress", ACTION, *BY], "Missing option '--note'"),
        (["reach-stage", REVIEW, "--stage", "printed", *BY], "--stage"),
        (["revise-target-dates", ACTION, *BY], "Did you mean 'revise-target-date'"),
    ],
)  # fmt: skip
def test_what_may_not_be_recorded_is_told_in_a_sentence(arguments, sentence, run, place, entries):
    """Nothing is recorded, and the exit code is 2."""
    answer = run("record", *arguments, expect=2)
    assert sentence in answer.stderr
    assert ("", 5) == (answer.stdout, len(entries()))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["change-status", ACTION, "--to", "Nearly"], "or revise the legend (`record revise-legend`) so that it says"),
        (["change-status", ACTION, "--to", "Withdrawn"], "use `record withdraw-action`, which says why."),
        (["reopen-action", ACTION, "--to", "Ongoing"], "use `record change-status`."),
    ],
)
def test_a_command_is_called_in_a_refusal_as_it_is_typed(arguments, sentence, run):
    """In a file of commands it is called as it is written there."""
    assert sentence in run("record", *arguments, *BY, expect=2).stderr
    told = run("record", "--json", "-", *BY, stdin=json.dumps([{**STATUS, "to": "Withdrawn"}]), expect=2)
    assert "use WithdrawAction, which says why." in told.stderr


PROGRESS = {"command": "RecordProgress", "action": ACTION, "note": "Begun"}
STATUS = {"command": "ChangeStatus", "action": ACTION, "to": "Ongoing", "effective": "2013-03"}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (json.dumps(PROGRESS), 1),
        (json.dumps(PROGRESS, indent=2), 1),
        (json.dumps([PROGRESS, STATUS], indent=2), 2),
        (f"{json.dumps(PROGRESS)}\n\n{json.dumps(STATUS)}\n", 2),
    ],
    ids=["an object", "an indented object", "an array", "one a line"],
)
def test_commands_are_recorded_from_json(text, count, run, place, entries):
    """From a file or from standard input, in one batch."""
    Path("commands.json").write_text(text)
    run("record", "--json", "commands.json", *BY)
    run("record", "--json", "-", "--by", "Lead GP", stdin=json.dumps({**PROGRESS, "note": "Under way"}))
    recorded = entries()[5:]
    assert count + 1 == len(recorded)
    assert {6} == {entry.batch for entry in recorded[:count]}
    assert "Lead GP" == recorded[-1].by.name


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"command": "RecordProgres"}', "There is no command 'RecordProgres'; did you mean 'RecordProgress'?"),
        ('{"command": "Xyz"}', "Command 1: There is no command 'Xyz'; those known: AddSection, "),
        ('[{"note": "x"}]', 'Command 1: {"note":"x"} is no command; write an object like'),
        ('["x"]', 'Command 1: "x" is no command'),
        (f"{json.dumps(PROGRESS)}\n{{", "Line 2 is no JSON"),
        (f"{json.dumps(PROGRESS)}\n{json.dumps({**STATUS, 'too': 1})}", "Line 2: ChangeStatus has no field 'too'"),
        (json.dumps([PROGRESS, {**STATUS, "to": "Nearly"}]), "'Nearly' is no status in the plan's legend"),
        (json.dumps([PROGRESS, {"command": "SignOffAction", "action": ACTION}]), "cannot be signed off"),
    ],
)  # fmt: skip
def test_commands_from_json_are_recorded_all_or_none(text, sentence, run, place, entries):
    """The line or the place in the array is named, and nothing of it is recorded."""
    answer = run("record", "--json", "-", *BY, expect=2, stdin=text)
    assert sentence in answer.stderr
    assert 5 == len(entries())


def test_a_file_of_commands_that_is_not_there(run):
    """The sentence names it."""
    assert (
        "nowhere.jsonl: No such file or directory.\n" == run("record", "--json", "nowhere.jsonl", *BY, expect=2).stderr
    )


def test_record_with_nothing_to_record(run):
    """With options alone it says what is missing; with a command and a file it says that one is too many."""
    assert "Say what to record" in run("record", *BY, expect=2).stderr
    assert "--json FILE stands alone" in run("record", "--json", "x", "sign-off-action", ACTION, expect=2).stderr


def test_commands_from_json_are_the_commands():
    """What is read equals what is made in Python, whatever form a field has."""
    told = {"command": "ReviseTargetDate", "action": ACTION, "to": {"as_printed": "2014-06-30", "kind": "day",
            "earliest": "2014-06-30", "latest": "2014-06-30"}, "reason": "x"}  # fmt: skip
    assert ReviseTargetDate(action=ACTION, to=date(2014, 6, 30), reason="x") == command_of(told)
    assert [
        RecordProgress(action=ACTION, note="Begun"),
        ChangeStatus(action=ACTION, to="Ongoing", effective="2013-03"),
    ] == [*read_commands(json.dumps([PROGRESS, STATUS]).encode())]


def test_a_command_told_in_json_is_the_same_command():
    """What `told_of` says, `command_of` takes, with its source and when it was true."""
    source = Source(file="09-WMP.csv", digest=f"sha256:{'0' * 64}", row=5, columns={"target_date": 4})
    for command in (
        RecordProgress(action=ACTION, note="Begun", as_printed=True, effective="2013-09", source=source),
        CreateAction(action=ACTION, text="Train", target_date="Dec-13 to Sept-14", lead="Chief Inspector"),
        OpenReview(review=REVIEW, title="Action plan", legend={"Blue": "complete"}),
    ):
        assert command == command_of(json.loads(json.dumps(told_of(command))))


def test_only_commands_are_made_from_json():
    """The table of names is closed."""
    for name in ("Command", "ReviewOpened", "os.system", "__init__"):
        with pytest.raises(BadInput):
            command_of({"command": name})


def test_evidence_is_recorded_from_the_file_itself(run, entries):
    """Its digest and its name; what it holds is not kept."""
    Path("minutes.pdf").write_bytes(b"Agreed on the fourth.")
    run("record", "attach-evidence", ACTION, "--file", "minutes.pdf", "--kept-at", "Shared drive", *BY)
    run("record", "attach-evidence", ACTION, "--file", "minutes.pdf", "--name", "Minutes", "--kept-at", "Safe", *BY)
    digest = f"sha256:{hashlib.sha256(b'Agreed on the fourth.').hexdigest()}"
    told = [entry.event for entry in entries()[5:]]
    assert [("minutes.pdf", digest, "Shared drive"), ("Minutes", digest, "Safe")] == [
        (event.name, event.digest, event.kept_at) for event in told
    ]
    assert b"Agreed on the fourth" not in entries()[-1].body


DIGEST = "4A" * 32
HOW = "write it as sha256: and 64 digits from 0-9 and a-f, or name the document itself with --file and it is worked out"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--name", "x", "--digest", DIGEST], f"--digest {DIGEST!r} is no SHA-256 digest; {HOW}."),
        (["--name", "x", "--digest", DIGEST.lower()], f"--digest {DIGEST.lower()!r} is no SHA-256 digest; {HOW}."),
        (["--name", "x", "--digest", f"sha256:{DIGEST}"], f"--digest 'sha256:{DIGEST}' is no SHA-256 digest; {HOW}."),
        (["--name", "x"], "`record attach-evidence` needs --file PATH, or --name and --digest."),
        (
            ["--digest", f"sha256:{DIGEST.lower()}"],
            "`record attach-evidence` needs --file PATH, or --name and --digest.",
        ),
        (["--file", "x", "--digest", f"sha256:{DIGEST.lower()}"], "--file x says the digest; leave out --digest."),
        (["--file", "nowhere.pdf"], "nowhere.pdf: No such file or directory."),
    ],
)
def test_evidence_that_is_said_wrongly_is_told_how(arguments, sentence, run, entries):
    told = run("record", "attach-evidence", ACTION, *arguments, "--kept-at", "Safe", *BY, expect=2)
    assert (f"{sentence}\n", 5) == (told.stderr, len(entries()))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["record-progress", "1.2", "--note", "x"], f"'1.2' lacks its review, and in full is {ACTION}."),
        (["record-progress", "wmp:1.2", "--note", "x"], f"'wmp:1.2' lacks its review, and in full is {ACTION}."),
        (["supersede-action", OTHER, "1.2"], f"'1.2' lacks its review, and in full is {ACTION}."),
        (["record-progress", f"{REVIEW}:WMP:1.22", "--note", "x"], f"did you mean {ACTION!r}?"),
        (["record-progress", f"{REVIEW}:WMQ:1.2", "--note", "x"], f"There is no section '{REVIEW}:WMQ' in this ledger"),
        (["record-progress", f"{REVIEW}:WMQ:1.2", "--note", "x"], f"did you mean '{REVIEW}:WMP'?"),
        (["record-progress", "BDHR2012/13-05:WMP:1.2", "--note", "x"], f"did you mean {REVIEW!r}?"),
        (["reach-stage", REVIEW.lower(), "--stage", "published"], f"did you mean {REVIEW!r}?"),
        (["create-action", "9.9", "--text", "x"], "'9.9' is not the reference of an action; write it like"),
    ],
)
def test_a_reference_that_is_not_there_is_told_as_when_it_is_asked_for(arguments, sentence, run, entries):
    """Written without its review, or nearly as one that is there."""
    told = run("record", *arguments, *BY, expect=2)
    assert sentence in told.stderr
    assert 5 == len(entries())


@pytest.mark.parametrize("reference", ["1.2", f"{REVIEW}:WMQ:1.2", "BDHR2012/13-05:WMP:1.2", f"{REVIEW}:WMP:1.22"])
def test_record_and_show_call_a_reference_alike(reference, run):
    """In the same sentence."""
    recorded = run("record", "record-progress", reference, "--note", "x", *BY, expect=2).stderr
    assert run("show", reference, expect=2).stderr == recorded
