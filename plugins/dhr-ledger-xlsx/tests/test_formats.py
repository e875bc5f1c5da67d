"""A code of a number format shows a number as Excel does in the United Kingdom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from dhr_ledger_xlsx.formats import Format


@pytest.mark.parametrize(
    ("code", "number", "expected"),
    [
        ("General", "1", "1"),
        ("General", "1.0", "1"),
        ("General", "-0", "0"),
        ("General", "1.1", "1.1"),
        ("General", "0.30000000000000004", "0.3"),
        ("General", "0.33333333333333331", "0.3333333333"),
        ("General", "123456789012", "123456789012"),
        ("General", "12345678901234567890", "12345678901234567890"),
        ("General", "1E-7", "1E-07"),
        ("@", "41729", "41729"),
        ("0", "2.5", "3"),
        ("0.00", "1.1", "1.10"),
        ("0.00", "2.675", "2.68"),
        ("0000", "12", "0012"),
        ("000-000", "12345", "012-345"),
        ("0.##", "1.5", "1.5"),
        ("#,##0", "1234567.8", "1,234,568"),
        ("#,##0.0,", "99999", "100.0"),
        ("0%", "0.5", "50%"),
        ("0.0%", "0.1234", "12.3%"),
        ('"£"#,##0.00', "1234.5", "£1,234.50"),
        ("[$£-809]#,##0", "-1.5", "-£2"),
        ('_-"£"* #,##0.00_-;-"£"* #,##0.00_-;_-"£"* "-"??_-;_-@_-', "0", "£-"),
        ('_-"£"* #,##0.00_-;-"£"* #,##0.00_-;_-"£"* "-"??_-;_-@_-', "-3", "-£3.00"),
        ('"Rec "0', "3", "Rec 3"),
        ('0" days"', "14", "14 days"),
        ("(0);-(0)", "-2", "-(2)"),
        ("0;-0;;@", "0", ""),
        ('[<1]0%;[>100]"many";0', "150", "many"),
        ("[>100]0.0;0", "-5", "-5"),
        (".00", "12.5", "12.50"),
        ("# ?/?", "0.5", "0.5"),
        ("0.00E+00", "12345", "12345"),
        ("0" * 300, "7", "7"),
        ("0.00", "1e999", "1e999"),
        ("0.0000000000", "100000000000000000000", "100000000000000000000.0000000000"),
        ("0.0;@", "-5", "-5.0"),
        ("0.00", "no number", "no number"),
        # Dates, as they are shown
        ("dd/mm/yyyy", "41729", "31/03/2014"),
        ("dd/mm/yyyy;@", "41729", "31/03/2014"),
        ("d/m/yy", "41729", "31/3/14"),
        ("dd.mm.yyyy", "41729", "31.03.2014"),
        ("mmm-yy", "41729", "Mar-14"),
        ("mmm\\ yyyy", "41729", "Mar 2014"),
        ("d mmmm yyyy", "41729", "31 March 2014"),
        ("[$-809]dddd, d mmmm yyyy", "41729", "Monday, 31 March 2014"),
        ("[$-F800]dddd, mmmm dd, yyyy", "41729", "31 March 2014"),
        ("mmmm d, yyyy", "41729", "March 31, 2014"),
        ('"by "dd/mm/yyyy', "41729", "by 31/03/2014"),
        ("mm/yyyy", "41729", "03/2014"),
        ("yyyy", "41729", "2014"),
        # and as ISO 8601 has them
        ("mm/dd/yyyy", "41729", "2014-03-31"),
        ("m/d/yy", "41729", "2014-03-31"),
        ("yyyy/mm/dd", "41729", "2014-03-31"),
        ("yyyy-mm-dd hh:mm", "41729", "2014-03-31"),
        ("mm/yy", "41729", "2014-03"),
        ("mm-dd", "41729", "2014-03-31"),
        ("mmmmm/d/yyyy", "41729", "2014-03-31"),
        # Times, where there is one
        ("dd/mm/yyyy hh:mm", "41729", "31/03/2014"),
        ("dd/mm/yyyy hh:mm", "41729.4375", "31/03/2014 10:30"),
        ("dd/mm/yyyy", "41729.4375", "31/03/2014"),
        ("d mmm yyyy h:mm AM/PM", "41729.9", "31 Mar 2014 9:36 PM"),
        ("m/d/yyyy h:mm", "41729.4375", "2014-03-31 10:30"),
        ("m/d/yyyy h:mm:ss", "41729.43751", "2014-03-31 10:30:01"),
        ("hh:mm", "0.4375", "10:30"),
        ("hh:mm:ss.000", "0.4375", "10:30:00"),
        ("[h]:mm", "1.5", "36:00"),
        ("mm:ss", "0.0007", "01:00"),
        # What is no date
        ("dd/mm/yyyy", "0", "0"),
        ("dd/mm/yyyy", "-1", "-1"),
        ("dd/mm/yyyy", "2958466", "2958466"),
        ("dd/mm/yyyy", "2958465.9999999", "31/12/9999"),
        ("dd/mm/yyyy", "59", "28/02/1900"),
        ("dd/mm/yyyy", "61", "01/03/1900"),
    ],
)  # fmt: skip
def test_a_number_is_shown_as_its_code_says(code: str, number: str, expected: str):
    assert expected == Format(code).shown(number)


@given(st.text(max_size=20), st.floats(allow_nan=False).map(repr))
def test_any_code_shows_any_number(code: str, number: str):
    """Whatever a program writes where a code belongs."""
    assert isinstance(Format(code).shown(number), str)


@given(st.floats(1, 2_958_465.9), st.booleans())
def test_a_date_is_the_one_that_openpyxl_finds(days: float, from_1904: bool):
    """Whether its workbook counts from 1900 or from 1904."""
    epoch = MAC_EPOCH if from_1904 else WINDOWS_EPOCH
    try:
        expected = from_excel(round(days * 86_400) / 86_400, epoch)
    except OverflowError:  # in the 1,462 days after the year 9999
        return
    assert f"{expected:%d %B} {expected.year:04}" == Format("dd mmmm yyyy").shown(repr(days), from_1904=from_1904)
