"""What is said of an assessment once all its rows are read: names, blanks, repeats, the panel, the dimensions."""

from __future__ import annotations

from collections import defaultdict

from helpers.ingest.desired import SMALL_PANEL, below_present
from helpers.ingest.dimensions import LANGUAGES
from helpers.ingest.entries import MISSED, REFUSED, SKIPPED, USED, Entry, name_of
from helpers.ingest.fields import AGREED, KEYS, Desk, alike, stakeholder_name
from helpers.ingest.findings import Findings
from helpers.ingest.repeats import outcomes, repeated
from helpers.ingest.vocabulary import listed, quoted


def note_columns(desk: Desk, *, about_names_region: bool) -> None:
    """Say once which columns are not there or not seen, and which merged areas were read for their first row only."""
    layout, notes = desk.layout, desk.notes
    if "region" not in layout.columns and not about_names_region:
        notes.whole("region-missing", f'there is no column "region"{desk.read_as_region}', expected="a column region")
    if "date" not in layout.columns:
        notes.whole("date-missing", 'there is no column "date"; the ratings have no date', expected="a column date")
    names = {column: name for name, column in (layout.columns | layout.dimensions).items()}
    names |= {column: " ".join(beside) for beside, column in layout.beside.items()}
    filled = {column for row, column in layout.sheet.cells if row > layout.header}
    for column in sorted(layout.sheet.hidden_columns & filled & names.keys()):
        notes.place("column-hidden", layout.header, column, f'the column "{names[column]}" is hidden; it was read')
    texts = {column for name, column in layout.columns.items() if name not in KEYS} | {*layout.beside.values()}
    for top, left, bottom, _ in layout.sheet.merged:
        if left in texts and bottom > max(top, layout.header) and (top, left) in layout.sheet.cells:
            cell = layout.sheet.cells[top, left]
            reason = f"the cells of rows {top} to {bottom} are merged; the text was read for row {top}"
            notes.at("text-merged", cell, reason)


def note_names(desk: Desk) -> None:
    """Say once for each name that was understood in another way than as the present one."""
    for written, (name, cell, count) in desk.names_used.items():
        dimension = desk.model.dimension(name.dimension)
        code, what = {
            "other": ("dimension-other-name", "another name"),
            "former": ("dimension-former-name", "a former name"),
            "translated": ("dimension-other-language", f"the {LANGUAGES.get(name.language, name.language)} name"),
        }[name.kind]
        times = f" ({count} cells)" if count > 1 else ""
        reason = f'{quoted(written)} is {what} of "{dimension.name}"; it was read as that{times}'
        desk.notes.at(code, cell, reason, expected=dimension.name)
        if name.kind == "former" and dimension.comparable_with_exchange == "no":
            reason = f'under the name {quoted(written)} the subject was another than that of "{dimension.name}"{times}'
            desk.notes.at("dimension-not-comparable", cell, reason, expected=dimension.name)
    for written, (kind, cell) in desk.agreed_words.items():
        reason = f'{quoted(written)} was read as "{AGREED[kind]}"'
        desk.notes.at(f"{kind}-other-word", cell, reason, expected=AGREED[kind])


def join_spellings(entries: list[Entry], desk: Desk) -> None:
    """Read names that differ only in case or spaces as one stakeholder: under the spelling that is used most."""
    chosen: dict[str, str] = {}
    for same, spellings in desk.spellings.items():
        first = min(spellings, key=lambda written: (-spellings[written][1], written))
        chosen[same] = stakeholder_name(first)
        for written, (cell, _) in spellings.items():
            if written != first:
                reason = f"{quoted(written)} and {quoted(first)} differ only in case or spaces; they were read as one"
                desk.notes.at("stakeholder-alike", cell, reason, expected=chosen[same])
    for entry in entries:
        entry.stakeholder = chosen.get(alike(entry.stakeholder), entry.stakeholder)


def pass_over_prepared(entries: list[Entry], desk: Desk) -> None:
    """Pass over the blocks of a workbook that nobody filled in: a stakeholder of whom no row says anything."""
    blocks: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        blocks[entry.stakeholder, entry.round].append(entry)
    for (stakeholder, _), block in blocks.items():
        is_prepared = len(block) >= len(desk.model.dimensions) and all(e.is_bare and e.state == MISSED for e in block)
        prepared = block if is_prepared else [entry for entry in block if entry.state == SKIPPED]
        for entry in prepared:
            entry.state = SKIPPED
        if prepared and stakeholder != AGREED["desired"]:  # to state no desired level is no fault
            first, whose = prepared[0], f" for {quoted(stakeholder)}" if stakeholder else ""
            reason = f"places prepared{whose} and not filled in: {len(prepared)}; they were passed over"
            desk.notes.place("row-unfilled", first.row, first.column, reason)


def note_blanks(entries: list[Entry], desk: Desk) -> None:
    """Say of each blank rating that it counts as missing."""
    for entry in entries:
        if entry.is_blank and entry.state in (MISSED, REFUSED):
            about = name_of(entry.stakeholder, entry.dimension, desk)
            reason = "no rating stands here; it counts as missing"
            desk.notes.place("rating-blank", entry.row, entry.column, reason, expected="a level", about=about)


def settle_repeats(entries: list[Entry], desk: Desk) -> None:
    """Count a rating that stands twice once, and refuse those that contradict each other."""
    taken = [entry for entry in entries if entry.is_taken]
    for outcome in outcomes(taken, lambda entry: (alike(entry.stakeholder), entry.dimension, entry.round)):
        for entry in outcome.repeats:
            entry.state = SKIPPED
            there = outcome.kept.cell if outcome.kept else ""
            _note_repeat("rating-twice", entry, repeated(entry, outcome.kept, there), desk)
        for entry in outcome.conflicting:
            entry.state = REFUSED
            others = [f"{other.rating} in {other.cell}" for other in outcome.conflicting if other is not entry]
            _note_repeat("rating-conflict", entry, f"{entry.rating} here but {listed(others[:5])}; none was used", desk)


def _note_repeat(code: str, entry: Entry, reason: str, desk: Desk) -> None:
    about = name_of(entry.stakeholder, entry.dimension, desk)
    value = "" if entry.rating is None else str(entry.rating)
    desk.notes.place(code, entry.row, entry.column, reason, value=value, about=about)


def note_desired(entries: list[Entry], desk: Desk) -> None:
    """Say of each desired level that lies below the present one of its wave; it stays as it is."""
    for entry, reason in below_present(entry for entry in entries if entry.state == USED):
        about = name_of(entry.stakeholder, entry.dimension, desk)
        desk.notes.place("desired-below-present", entry.row, entry.column, reason, value=str(entry.rating), about=about)


def note_file(entries: list[Entry], desk: Desk, findings: Findings) -> None:
    """Say what is thin in the file as a whole, or that nothing in it can be used."""
    used = [entry for entry in entries if entry.state == USED]
    if not used:
        message = f"none of the {len(entries)} places for a rating holds one that can be used"
        findings.add("no-usable-rows", message=message)
        return
    used = [entry for entry in used if entry.kind != "desired"]
    if not used:  # a file of the desired levels alone: the ratings are elsewhere
        return
    panel = {alike(entry.stakeholder) for entry in used if entry.kind == "individual"}
    if not any(entry.kind == "consensus" for entry in used):
        findings.add(
            "consensus-missing", message=f'no ratings of the stakeholder "{AGREED["consensus"]}" are in the file'
        )
    if len(panel) < SMALL_PANEL:
        message = f"stakeholders who rated: {len(panel)}"
        findings.add("panel-small", value=len(panel), expected=f"{SMALL_PANEL} or more", message=message)
    rated = {entry.dimension for entry in used}
    for code, name in desk.model.names.items():
        if code not in rated:
            findings.add("dimension-unrated", value=name, message=f'nobody rated "{name}"')
