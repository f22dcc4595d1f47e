"""Small numbers, under the name that others look for; the room ``helpers.disclosure`` does the work.

It stands below ``ingest``, so that a small number is taken out before anything is scored.
"""

from helpers.disclosure.audit import DisclosureError, audit, audit_table, check_disclosure, check_table
from helpers.disclosure.primary import hide
from helpers.disclosure.protecting import complementary, protect
from helpers.disclosure.summary import hidden_summary
from helpers.reference.disclosure import DisclosureRuleError, Rule, find_rule, load_rules

__all__ = [
    "DisclosureError",
    "DisclosureRuleError",
    "Rule",
    "audit",
    "audit_table",
    "check_disclosure",
    "check_table",
    "complementary",
    "find_rule",
    "hidden_summary",
    "hide",
    "load_rules",
    "protect",
]
