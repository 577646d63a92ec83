"""Files that somebody encloses with an act that has no question for them.

What a step's form asks for is an answer; what is enclosed beside it belongs to the act
alone, like the comment (docs/manual/dossiers.md, rule 13). The SHA-256 of the files are
a value of the event, committed to with a salt and erasable with it; they are no data of
the case and no condition reads them.
"""

from typing import Final

#: Their name among the values of an event; answers have names without colon.
BESIDE: Final = "files:own"
#: Most files of one act.
MOST: Final = 20
#: What pages call them.
LABEL: Final = {"vi": "Tệp kèm theo", "en": "Enclosed files"}
