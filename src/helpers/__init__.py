"""Care Atlas: how mature a region's integrated care is, and what its population needs.

The rooms, from the ground up: ``reference`` (what is declared), ``ingest`` (the only rooms that open data files),
``scoring`` (tables in, tables out), ``charts`` (drawings of those tables), ``page`` (what a notebook shows),
``live`` (widgets), ``batch`` (what to run, running it, publishing it). Imports run downwards only.
"""

__version__ = "0.1.0"
