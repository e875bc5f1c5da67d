"""The names of the elements and attributes of WordprocessingML (ECMA-376 part 1, section 17) and what belongs to it."""

from __future__ import annotations


def w(local: str) -> str:
    """The full name of an element or attribute of WordprocessingML."""
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{local}"


def w14(local: str) -> str:
    """The full name of one that Word 2010 added: check boxes, for one."""
    return f"{{http://schemas.microsoft.com/office/word/2010/wordml}}{local}"


def a(local: str) -> str:
    """The full name of an element of DrawingML, in which themes are written."""
    return f"{{http://schemas.openxmlformats.org/drawingml/2006/main}}{local}"


def r(local: str) -> str:
    """The full name of an attribute that names a relationship."""
    return f"{{http://schemas.openxmlformats.org/officeDocument/2006/relationships}}{local}"


def mc(local: str) -> str:
    """The full name of an element of markup compatibility: the same thing, written for a newer and an older Word."""
    return f"{{http://schemas.openxmlformats.org/markup-compatibility/2006}}{local}"


VAL = w("val")
"""The attribute in which most elements hold what they say."""
