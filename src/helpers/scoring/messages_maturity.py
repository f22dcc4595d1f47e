"""What a maturity profile says, in sentences and three large figures."""

from __future__ import annotations

import pandas as pd

from helpers.scoring.maturity import consensus_beside_median, divided, strengths, weaknesses
from helpers.scoring.message import BigNumber, Message, heaviest
from helpers.scoring.panels import NOT_SHOWN, NOT_STATED
from helpers.scoring.wording import NBSP, listing, number, out_of, plural, sentence, series, verb

MOST = 5
TOP, ROBUST = 3, 0.9
REACHED = 3
STATUS_WORDS = {
    "illustrative": "These ratings are illustrative: nobody in this region gave them",
    "reconstructed": "These ratings are reconstructed from a published table; who gave which is not known",
}


def maturity(
    profile: pd.DataFrame,
    waves_compared: pd.DataFrame | None = None,
    participation: pd.DataFrame | None = None,
    *,
    agreed: pd.DataFrame | None = None,
    moved: pd.DataFrame | None = None,
    ranking: pd.DataFrame | None = None,
    status: str = "own",
    rows_refused: int = 0,
    files_refused: int = 0,
    reached: int = REACHED,
) -> list[Message]:
    """Say what a profile shows.

    Parameters
    ----------
    profile
        As `maturity.profile` gives it, of the latest wave.
    waves_compared
        As `maturity.waves_compared` gives it, where there is an earlier wave.
    participation
        As `maturity.participation` gives it.
    agreed, moved, ranking
        As `agreement.by_dimension`, `changes.between_waves` and `priorities.ranking` give them, where they are known:
        the verdict on agreement, whether the single ratings moved too, and what to work on first.
    status
        "own", "illustrative" or "reconstructed".
    rows_refused, files_refused
        How much of the input could not be used.
    reached
        The level that counts as reached in the overall picture.

    Returns
    -------
    list of Message
        At most five sentences in reading order (picture, extremes, movement, differences, who took part), then the
        cautions (kind "caution"). Sentences about what is not in the tables are left out.
    """
    rated = profile[profile["level"].notna()]
    if rated.empty:
        said = [Message(_nothing(profile), "profile", "picture")]
    else:
        said = [_picture(profile, rated, reached), *_extremes(profile, rated), *_moved(waves_compared, moved)]
        said += [*_agreement(profile, agreed), *_first(ranking), *_departures(profile), *_who(participation)]
        said = heaviest(said, MOST)
    return said + _cautions(profile, rated, status, rows_refused, files_refused)


def _nothing(profile: pd.DataFrame) -> str:
    if profile["withheld"].any():
        return "No level can be shown: single ratings are not shown, and there is no consensus."
    return "No dimension has been rated yet."


def _picture(profile: pd.DataFrame, rated: pd.DataFrame, reached: int) -> Message:
    count, n = int((rated["level"] >= reached).sum()), len(rated)
    known = f"{verb(n, 'has', 'have')} a consensus" if profile["withheld"].any() else f"{verb(n, 'was', 'were')} rated"
    of = f"the {plural(n, 'dimension')} that {known}" if n < len(profile) else ""
    basis = set(rated["level_from"])
    how = {"consensus": "By consensus, ", "median": "By the stakeholders' median, "}
    start = how[basis.pop()] if len(basis) == 1 else "By consensus or, where there is none, the median, "
    share = f"{count} of {of}" if of else out_of(count, n, "dimension")
    stand = verb(count, "stands", "stand")
    return Message(sentence(f"{start}{share} {stand} at level {reached} or above"), "profile", "picture", 3.3)


def _extremes(profile: pd.DataFrame, rated: pd.DataFrame) -> list[Message]:
    strong, weak = strengths(rated), weaknesses(rated)
    if strong.empty:
        level = int(rated["level"].iloc[0])
        every = f"All {len(rated)} dimensions{' with a level' if len(rated) < len(profile) else ''}"
        return [Message(f"{every} stand at level {level}.", "extremes", "gap", 4)] if len(rated) > 1 else []
    high, low = (f"{listing(_names(part))} at level {int(part['level'].iloc[0])}" for part in (strong, weak))
    return [Message(f"Highest: {high}. Lowest: {low}.", "extremes", "gap", 4.5)]


def _moved(compared: pd.DataFrame | None, tested: pd.DataFrame | None) -> list[Message]:
    if compared is None or compared.empty:
        return []
    found = []
    for basis, what in (("consensus", "the consensus"), ("median", "the median of the ratings")):
        part = compared[compared["comparable"].astype(bool) & (compared["basis"] == basis)]
        if len(part):
            found.append(_moved_on(part, what))
    left_out = int((~compared["comparable"].astype(bool)).sum())
    if found and left_out:
        note = f" {plural(left_out, 'dimension')} {verb(left_out, 'does', 'do')} not compare."
        found[-1] = Message(found[-1].text + note, "movement", "moved", found[-1].weight)
    if found and (also := _of_single_ratings(tested)):
        found[0] = Message(f"{found[0].text} {also}", "movement", "moved", found[0].weight)
    return found


def _of_single_ratings(tested: pd.DataFrame | None) -> str:
    """Whether the ratings that people gave alone changed too."""
    known = tested[tested["refusal"] == ""] if tested is not None else pd.DataFrame()
    if known.empty:
        why = "" if tested is None else next((text for text in tested["refusal"] if text), "")
        return f"Whether the single ratings moved cannot be said: {why}." if why else ""
    clear = known[known["is_clear"].astype(bool)]
    if clear.empty:
        return f"The single ratings show no clear change on any of {plural(len(known), 'dimension')}."
    return f"The single ratings changed clearly on {len(clear)} of {len(known)} ({listing(_names(clear))})."


def _first(ranking: pd.DataFrame | None) -> list[Message]:
    """What to work on first, and how far that depends on the weights."""
    placed = ranking[ranking["rank"].notna()] if ranking is not None else pd.DataFrame()
    if placed.empty:
        return []
    top = placed[placed["rank"] <= TOP]
    sure = top[top["share_top_three"] >= ROBUST]
    others = [name for name in ("disagreement", "confidence", "need") if name in placed]
    if others and placed[others].isna().all(axis=None):
        text = (
            f"The widest gaps to the level wanted: {listing(_names(top), TOP + 1)}; nothing else is known to rank by."
        )
        return [Message(text, "priorities", "gap", 3.4)]
    text = f"First to work on by the weights of this report: {listing(_names(top), TOP + 1)}"
    if len(sure) == len(top):
        hold = "that holds nearly however the criteria are weighed"
    elif len(sure):
        hold = f"only {listing(_names(sure))} {verb(len(sure), 'stays', 'stay')} there nearly however they are weighed"
    else:
        hold = "with other weights the order changes"
    return [Message(f"{text}; {hold}.", "priorities", "gap", 3.4)]


def _moved_on(part: pd.DataFrame, what: str) -> Message:
    first = part.iloc[0]
    since = f"Between {first['earlier_wave_name']} and {first['later_wave_name']} {what}"
    weight = 4.0 if first["basis"] == "consensus" else 3.2
    parts = {way: part[part["direction"] == way] for way in ("up", "down", "same")}
    clauses = [
        f"{word} on {plural(len(parts[way]), 'dimension')} ({listing(_names(parts[way]))})"
        for way, word in (("up", "rose"), ("down", "fell"))
        if len(parts[way])
    ]
    same = len(parts["same"])
    if not clauses:
        where = f"all {same} dimensions that compare" if same > 1 else listing(_names(parts["same"]))
        return Message(f"{since} stayed the same on {where}.", "movement", "moved", weight)
    if same:
        clauses.append(f"stayed the same on {same}")
    return Message(f"{since} {series(clauses)}.", "movement", "moved", weight)


def _agreement(profile: pd.DataFrame, agreed: pd.DataFrame | None) -> list[Message]:
    rated = profile[profile["n"] > 0]
    if rated.empty:
        return []
    judged = agreed[agreed["distribution"] != ""] if agreed is not None else pd.DataFrame()
    if len(judged):
        return [_by_the_rule(judged)]
    apart = divided(rated)
    if apart.empty:
        text = f"On none of the {len(rated)} dimensions with ratings do views differ widely"
        if len(rated) == 1:
            text = f"On {rated['dimension_name'].iloc[0]} views do not differ widely"
        why = "the middle half of the ratings spans less than two levels"
        return [Message(f"{text}: {why}.", "differences", "agreement", 3.8)]
    top = apart[apart["rank"] == 1]
    spans = {(int(row.minimum), int(row.maximum)) for row in top.itertuples()}
    ranges = ", where ratings run from {} to {}".format(*spans.pop()) if len(spans) == 1 else ""
    wide = f"Views differ widely on {out_of(len(apart), len(rated), 'dimension')}"
    most = ", most on" if len(top) < len(apart) else ":"
    return [Message(f"{wide}{most} {listing(_names(top))}{ranges}.", "differences", "agreement", 3.8)]


def _by_the_rule(judged: pd.DataFrame) -> Message:
    """What the published Delphi rule says of the dimensions for which it is defined."""
    split = judged[judged["distribution"] == "Split"]
    where = out_of(len(judged) - len(split), len(judged), "dimension")
    if split.empty:
        text = f"Stakeholders agree, within a level of the middle, on {where}."
        return Message(text, "differences", "agreement", 3.8)
    apart = split.sort_values("agreement_a")
    text = f"Stakeholders agree on {where}; views are split on {listing(_names(apart), 3)}."
    return Message(text, "differences", "agreement", 3.8)


def _departures(profile: pd.DataFrame) -> list[Message]:
    away = consensus_beside_median(profile)
    if away.empty:
        return []
    row = away.iloc[0]
    side = "above" if row["departure"] > 0 else "below"
    text = (
        f"On {row['dimension_name']} the consensus, level {int(row['consensus'])}, lies {side} "
        f"the median of the {plural(int(row['n']), 'rating')}, {number(row['median'])}"
    )
    others = len(away) - 1
    more = f"; on {plural(others, 'other dimension')} too it lies a level or more from the median" if others else ""
    return [Message(f"{text}{more}.", "differences", "agreement", 2.5)]


def _who(participation: pd.DataFrame | None) -> list[Message]:
    if participation is None or participation.empty:
        return []
    total = int(participation["n"].sum())
    kinds = [
        plural(len(stated), noun)
        for noun, column in (("role", "role"), ("sector", "sector"))
        if (stated := set(participation[column]) - {NOT_STATED, NOT_SHOWN})
    ]
    from_ = f", in {listing(kinds)}" if kinds else ""
    return [Message(f"{plural(total, 'stakeholder')} took part{from_}.", "who", "picture", 2)]


def _cautions(
    profile: pd.DataFrame, rated: pd.DataFrame, status: str, rows_refused: int, files_refused: int
) -> list[Message]:
    said = []
    if status in STATUS_WORDS:
        said.append((STATUS_WORDS[status], "files"))
    withheld = bool(profile["withheld"].any())
    if withheld:
        only = "; only the consensus is shown" if len(rated) else ""
        said.append((f"Too few stakeholders took part to show single ratings{only}", "limits"))
    if len(rated) and (rated["level_from"] == "median").all():
        said.append(("There is no consensus; levels are the median of the ratings, rounded down", "limits"))
    if files_refused:
        said.append((f"{plural(files_refused, 'file')} could not be used", "findings"))
    if rows_refused:
        said.append((f"{plural(rows_refused, 'row')} of the assessment could not be used", "findings"))
    missing = profile[profile["level"].isna()]
    if len(missing) and len(rated):
        what = "There is no consensus on" if withheld else "Nothing is known of"
        said.append((f"{what} {listing(_names(missing))}", "limits"))
    return [Message(sentence(text), anchor, "caution", 1) for text, anchor in said]


def headline_maturity(
    profile: pd.DataFrame, waves_compared: pd.DataFrame | None = None, *, reached: int = REACHED
) -> list[BigNumber]:
    """Three figures in large type: the overall picture, the largest gap, what has moved.

    Without an earlier wave that compares, the third says where views differ most; where single ratings are
    withheld that is not known, and there is no third.

    Returns
    -------
    list of BigNumber
        Three, two where single ratings are withheld and no earlier wave compares, none where no level is known.
    """
    rated = profile[profile["level"].notna()]
    if rated.empty:
        return []
    count, n = int((rated["level"] >= reached).sum()), len(rated)
    dimensions = "dimension" if n == 1 else "dimensions"
    picture = BigNumber(f"{count} of {n}", f"{dimensions} at level {reached} or above", "profile")
    return [picture, _largest_gap(rated), *_third(profile, waves_compared)]


def _largest_gap(rated: pd.DataFrame) -> BigNumber:
    low = weaknesses(rated)
    if low.empty:
        every = f"on all {len(rated)} dimensions" if len(rated) > 1 else f"on {rated['dimension_name'].iloc[0]}"
        return BigNumber(f"Level {int(rated['level'].iloc[0])}", every, "extremes")
    label = f"the lowest: {listing(_names(low))}"
    return BigNumber(f"Level {int(low['level'].iloc[0])}", label, "extremes")


def _third(profile: pd.DataFrame, compared: pd.DataFrame | None) -> list[BigNumber]:
    same = pd.DataFrame() if compared is None else compared[compared["comparable"].astype(bool)]
    if len(same):
        same = same[same["basis"] == ("consensus" if (same["basis"] == "consensus").any() else "median")]
        up, down = (int((same["direction"] == way).sum()) for way in ("up", "down"))
        what = "the consensus" if same["basis"].iloc[0] == "consensus" else "the median rating"
        label = f"of {plural(len(same), 'dimension')}, by {what}, since {same['earlier_wave_name'].iloc[0]}"
        return [BigNumber(f"{up}{NBSP}up, {down}{NBSP}down" if up or down else "No change", label, "movement")]
    if profile["withheld"].any():
        return []
    apart = divided(profile)
    if apart.empty:
        n = int((profile["n"] > 0).sum())
        return [BigNumber(f"0 of {n}", "dimensions on which views differ widely", "differences")]
    top = apart.iloc[0]
    label = f"the ratings of {top['dimension_name']}, where views differ most"
    return [BigNumber(f"{int(top['minimum'])} to {int(top['maximum'])}", label, "differences")]


def _names(part: pd.DataFrame) -> list[str]:
    return [str(name) for name in part["dimension_name"]]
