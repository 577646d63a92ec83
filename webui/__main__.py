"""`python -m webui`: the command line, where no script is on the path."""

from webui.cli import main

main()
