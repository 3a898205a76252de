#!/usr/bin/env python
"""Django's command line, with the project's environment prepared first."""

import sys

from aihelper.lib import environment


def main() -> None:
    """Prepare the environment, then hand over to Django."""
    try:
        environment.prepare()
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except PermissionError as error:
        sys.exit(f"{error.filename}: {error.strerror}. Run this as the user that the server runs as.")
    except KeyboardInterrupt:
        # Ctrl+C while it still started; commands have their own words for it.
        sys.exit(130)


if __name__ == "__main__":
    main()
