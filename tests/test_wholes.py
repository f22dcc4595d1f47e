"""Regions that are made of others: which parts count, with what weight, and when none is said."""

import pandas as pd

from helpers.scoring import wholes

REGISTER = pd.DataFrame(
    {
        "region": ["land", "north", "south", "alone", "hamlet"],
        "region_name": ["Land", "North", "South", "Alone", "Hamlet"],
        "part_of": ["", "land", "land", "", "alone"],
        "area_code": ["L", "N", "S", "A", ""],
    }
).set_index("region")


def levels(**of_regions) -> pd.DataFrame:
    rows = [(region, region.title(), "funding", "Funding", 1, level) for region, level in of_regions.items()]
    columns = ["region", "region_name", "dimension", "dimension_name", "order", "level"]
    return pd.DataFrame(rows, columns=columns).astype({"level": "Int64"})


def people(*rows) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["area_code", "period", "value"])
    return table.assign(indicator=wholes.POPULATION)


def test_two_parts_make_a_whole_weighted_by_the_latest_population_that_both_have():
    figures = people(("N", "2021", 900.0), ("S", "2021", 100.0), ("N", "2022", 500.0))
    rolled = wholes.of_parts(levels(north=1, south=3, alone=5), REGISTER, figures)
    assert rolled["whole_name"].unique().tolist() == ["Land"]
    assert rolled[["level", "n_parts", "parts", "share_weight"]].to_numpy().tolist() == [
        [1, 1, "North", 0.9],
        [3, 1, "South", 0.1],
    ]
    assert rolled["weight_name"].unique().tolist() == ["population, 2021"]


def test_of_two_periods_that_both_have_the_latest_counts():
    figures = people(("N", "2022", 300.0), ("S", "2022", 100.0), ("N", "2021", 900.0), ("S", "2021", 100.0))
    rolled = wholes.of_parts(levels(north=1, south=3), REGISTER, figures)
    assert rolled["share_weight"].tolist() == [0.75, 0.25]
    assert rolled["weight_name"].unique().tolist() == ["population, 2022"]


def test_the_parts_that_the_register_has_are_counted_with_or_without_a_level():
    register = pd.concat([REGISTER, REGISTER.loc[["south"]].rename(index={"south": "west"})])
    rolled = wholes.of_parts(levels(north=1, south=3), register, people())
    assert rolled["n_known"].tolist() == [3, 3] and rolled["n_parts"].sum() == 2
    assert list(rolled.columns) == wholes.COLUMNS


def test_where_a_population_is_not_known_each_part_counts_once_and_that_is_said():
    rolled = wholes.of_parts(levels(north=1, south=3), REGISTER, people(("N", "2021", 900.0)))
    assert rolled["share_weight"].tolist() == [0.5, 0.5]
    assert rolled["weight_name"].unique().tolist() == [wholes.EQUAL]


def test_one_part_alone_or_a_part_without_a_level_makes_no_whole():
    nobody = people()
    assert wholes.of_parts(levels(north=1, hamlet=2), REGISTER, nobody).empty
    assert wholes.of_parts(levels(north=1, south=None), REGISTER, nobody).empty
