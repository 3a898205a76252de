#!/usr/bin/env python
"""Django's command line, with the project's environment prepared first."""

import sys

from aihelper.lib import environment


def main() -> None:
    """Prepare the environment, then hand over to Django."""
    environment.prepare()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
