"""Units of quantities, told by the end of a field's name, and the mistakes that people make."""

from __future__ import annotations

from typing import Final, NamedTuple


class Unit(NamedTuple):
    ucum: str  # its code in UCUM (https://ucum.org)
    above: str = ""  # what a value above the range mostly is, and how to mend it
    below: str = ""


UNITS: Final = {
    "_ml_per_kg_min": Unit(
        "mL/kg/min", "", "litres a minute are divided by the body weight and multiplied by 1,000"
    ),
    "_per_minute": Unit("/min", "a count an hour is divided by 60", "hertz are multiplied by 60"),
    "_bpm": Unit(
        "/min", "60,000 / milliseconds between beats are bpm", "hertz are multiplied by 60"
    ),
    "_percent": Unit("%", "", "a fraction such as 0.97 is multiplied by 100"),
    "_kcal": Unit("kcal", "calories are divided by 1,000, joules by 4,184", ""),
    "_days": Unit("d", "seconds are divided by 86,400", ""),
    "_kg": Unit("kg", "grams are divided by 1,000", "tonnes are multiplied by 1,000"),
    "_ms": Unit("ms", "microseconds are divided by 1,000", "seconds are multiplied by 1,000"),
    "_s": Unit("s", "milliseconds are divided by 1,000", "minutes are multiplied by 60"),
    "_m": Unit("m", "millimetres are divided by 1,000, centimetres by 100", ""),
    "_c": Unit("Cel", "Fahrenheit is (°F - 32) / 1.8", ""),
    "_w": Unit("W", "milliwatts are divided by 1,000", "kilowatts are multiplied by 1,000"),
    "probability": Unit("", "a percentage is divided by 100", ""),
}
"""The units by the ends of the names of fields, the longest first."""

_ABOVE: Final = frozenset({"less_than_equal", "less_than"})
_BELOW: Final = frozenset({"greater_than_equal", "greater_than"})


def unit_of(field: str) -> Unit | None:
    return next((unit for suffix, unit in UNITS.items() if field.endswith(suffix)), None)


def unit_hint(location: str, rule: str) -> str:
    """Say which mistake of units a value out of range may be."""
    # The items of a sequence are in the unit that its name says.
    name = next((part for part in reversed(location.split(".")) if not part.isdigit()), "")
    unit = unit_of(name)
    if unit is None:
        return ""
    told = unit.above if rule in _ABOVE else unit.below if rule in _BELOW else ""
    expected = f"expected in {unit.ucum}: " if unit.ucum else ""
    return expected + told if told else ""
