"""What can go wrong, by name: every error is one sentence with the value, the place and the cure.

Catch `LedgerError` for all of them.  `BadInput` is what a person can put right by typing something else; `Refused` is
an order that may not happen as things stand; `Conflict` is a change that somebody else made first; `StoreError` is the
database; `ExportError` and `ImportRefused` are the doors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_SECRETS = re.compile(r"(?<=://)[^@\s]*(?=@)|(?<=password=)[^\s&]+", re.IGNORECASE)


def masked(address: str) -> str:
    """*address* as it may be shown: without the name and the password that may stand in it."""
    return _SECRETS.sub("…", address)


class LedgerError(Exception):
    """Anything that dhr-ledger refuses or cannot do."""


class BadInput(LedgerError, ValueError):
    """A value that cannot be taken as it stands."""


class BadReference(BadInput):
    """A reference that is not formed like one (`BDHR2012/13-04:WMP:1.2`)."""


class BadTargetDate(BadInput):
    """A target date that no date can be read from."""


class UnknownStatus(BadInput):
    """A status outside the plan's legend."""


class BadEffective(BadInput):
    """An effective date that is no day, month or year, or that has not come yet."""


class BadActor(BadInput):
    """Nobody, or nobody with a name, was given as the one who records."""


class ReasonRequired(BadInput):
    """A change that needs a reason came without one."""


class Refused(LedgerError):
    """An order that may not happen as things stand."""


class UnknownReference(Refused, LookupError):
    """A review, section, recommendation or action that the ledger does not hold."""

    @classmethod
    def of(cls, noun: str, value: str, known: Iterable[str] = ()) -> UnknownReference:
        """Say that there is no *noun* called *value*, naming the nearest of *known*."""
        known = list(known)
        near = get_close_matches(value, known, n=1, cutoff=0.5)
        if near:
            return cls(f"There is no {noun} {value!r} in this ledger; did you mean {near[0]!r}?")
        if known:
            listed = ", ".join(sorted(known)[:12]) + (" …" if len(known) > 12 else "")
            return cls(f"There is no {noun} {value!r} in this ledger, which has {listed}; check the reference.")
        return cls(f"There is no {noun} {value!r} in this ledger; check the reference, or create it first.")


class AlreadyExists(Refused):
    """A review, section, recommendation or action that is there already, and says something else."""


class Conflict(LedgerError):
    """Somebody else changed the same action first; nothing of this call was recorded."""


class StoreError(LedgerError):
    """The database could not do what was asked; nothing was recorded."""


class NotALedger(StoreError):
    """The file or database is not a ledger, or one of a newer format."""


class StoreBusy(StoreError):
    """Another process held the write lock for too long."""


class UnknownEvent(StoreError):
    """A stored entry of a type that this version does not know; it is never skipped."""


class DamagedEntry(StoreError):
    """A stored entry whose bytes cannot be read as what they claim to be."""


class ExportError(LedgerError):
    """An export that was not made; no file was left behind."""


class UnknownExporter(ExportError, LookupError):
    """No exporter or importer of that name is installed."""


class BadOption(ExportError, BadInput):
    """An option that the exporter does not take, or a value that it cannot use."""


class PluginError(LedgerError):
    """A plugin that cannot be loaded, or two plugins of one name."""


class ImportRefused(LedgerError):
    """A table that cannot be taken in; every fault is listed, and nothing was recorded."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))
