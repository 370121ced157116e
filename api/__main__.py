"""``python -m api`` is the command line, for where the package is not installed as a command."""

import sys

from api.command_line import main

if __name__ == "__main__":
    sys.exit(main())
