"""What importing some files would record: commands to look at, and what is left to a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from dhr_ledger.command import Command
from dhr_ledger.plan import ActionPlan


@dataclass(slots=True)
class Proposal:
    """What would make the ledger say what the files say: commands, each with the cells that it was read from.

    `new`, `changed` and `unchanged` are references, and `missing` those of actions that the ledger has in a section of
    the files and the files have not; `matched` says which rows were recognised by their words, `conflicts` what is not
    proposed and why, `not_understood` which columns are not taken in, and `suggestions` what a person may want to
    record besides, a sentence each.
    `head` is the last entry that was looked at: record the commands with `seen=head`, and nothing that was recorded in
    between is overwritten.  Moving a target date and reopening an action need the reason that is given to `record`.
    `plan` is the one that the files were compared with.
    """

    head: int
    commands: tuple[Command, ...] = ()
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    matched: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    plan: ActionPlan | None = field(default=None, repr=False, compare=False)

    @property
    def to_settle(self) -> int:
        """In how many places a person has something to settle."""
        return len(self.conflicts) + len(self.not_understood)
