"""How long tests wait for what happens beside them, on the slowest of machines.

Whoever waits goes on at once when it has happened: patience costs only failures time.
"""

from typing import Final

#: Seconds for threads and processes of ours.
LONGEST: Final = 60
#: Milliseconds for what a page does.
BROWSER: Final = 30_000
