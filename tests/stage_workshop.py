"""A workshop in a folder for tests of the stage: phones that rate, a presenter's steps, stages over it."""

from pathlib import Path

from helpers.live.workshop import keeping
from helpers.live.workshop.keeping import Facts, Submission
from helpers.live.workshop.stage.reading import Reading
from helpers.live.workshop.stage.showing import Show
from helpers.live.workshop.steps import Step
from helpers.reference.models import load_model

MODEL = load_model("scirocco-exchange")
SECTORS = ("health care", "social care", "housing")


class Workshop:
    """A workshop in a folder, with phones that rate and a stage over it."""

    def __init__(self, folder, *, n=12, **facts):
        self.folder = Path(folder)
        about = Facts("midlothian", "Midlothian", MODEL.id, "2026-11-25", "abcd-efgh-jkmn-pqrs", **facts)
        self.file = keeping.connect(keeping.make(folder, about))
        self.panel = [self.join(number) for number in range(n)]
        self.shows = []

    def join(self, number):
        key, sector = f"phone {number}", SECTORS[number % 3]
        return keeping.join(self.file, key=key, role="manager", sector=sector).participant

    def take(self, kind, dimension="readiness", **more):
        return keeping.take(self.file, Step(kind, dimension, **more), dimensions=MODEL.codes, levels=MODEL.levels)

    def rate(self, levels, *, dimension="readiness", round=1, made=1, reason="", who=None):
        given_ = zip(who or self.panel, levels, strict=False)
        rows = [
            Submission(one, dimension, round, level, f"{dimension} {round} {made}", made, justification=reason)
            for one, level in given_
        ]
        receipts = keeping.submit(self.file, rows, dimensions=MODEL.codes, levels=MODEL.levels)
        assert not [receipt.refused for receipt in receipts if receipt.refused]

    def show(self, **options):
        self.shows.append(Show(Reading(self.folder), **options))
        return self.shows[-1]

    def close(self):
        for show in self.shows:
            show.close()
        self.file.close()
