"""The command ``atlas``: parses, calls, and gives an exit status."""

# isort: off
from helpers.cli.app import app
from helpers.cli import running, files, workshops  # noqa: F401 - in this order their commands stand in the help
# isort: on


def main() -> None:
    """Run the command."""
    app()
