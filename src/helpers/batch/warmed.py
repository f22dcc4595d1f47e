"""What is done once in the warm process before the first fork: templates and schemas of the packages are read.

Nothing of anybody's data is; what is loaded here is the same for every region.
"""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_notebook

from helpers.batch import region, report  # noqa: F401 (loaded for the children)

for template in ("report.html.j2", "blocks.html.j2"):
    report.environment().get_template(template)
report.template_text("style.css")
nbformat.validate(new_notebook())
