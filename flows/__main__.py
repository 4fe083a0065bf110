"""The command ``newsgrain``; ``python -m flows`` is the same."""

from __future__ import annotations


def main() -> None:
    """Run the command line. Imported late: parsing processes import this module too."""
    from flows.commands import app

    app()


if __name__ == "__main__":
    main()
