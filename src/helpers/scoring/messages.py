"""What the numbers say, in sentences: three to five for the maturity of a region, three to five for its needs.

Every sentence follows from the tables it is given and claims no more than they carry: "better", "worse", "rose" and
"fell" only where a test or two consensus levels say so. Cautions come after them and are not counted among the five.
"""

from helpers.scoring.message import KINDS, BigNumber, Message
from helpers.scoring.messages_maturity import headline_maturity, maturity
from helpers.scoring.messages_needs import headline_needs, judged_rows, needs
from helpers.scoring.messages_regions import headline_regions, regions

__all__ = [
    "KINDS",
    "BigNumber",
    "Message",
    "headline_maturity",
    "headline_needs",
    "headline_regions",
    "judged_rows",
    "maturity",
    "needs",
    "regions",
]
