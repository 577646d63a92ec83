"""Every limit of the product, in one table; the manual prints it.

A limit that a file or a request exceeds is answered with a refusal that names the
limit; a limit that a running case exceeds stops the case as an incident. Sizes are
bytes, times are seconds unless the name says otherwise.
"""

from typing import Final

# Files that people upload.
UPLOAD_BYTES: Final = 1024 * 1024
DIAGRAM_BYTES: Final = 6 * 1024 * 1024
PACKAGE_BYTES: Final = 10 * 1024 * 1024
ATTACHMENT_BYTES: Final = 25 * 1024 * 1024
CASE_ATTACHMENT_BYTES: Final = 200 * 1024 * 1024
#: Files that come in parts: the most bytes of a part, and of what one person has
#: underway; nobody waits longer for the rest, or for the answer that uses a file.
UPLOAD_PART_BYTES: Final = 8 * 1024 * 1024
UPLOADS_UNDERWAY: Final = 20
UPLOADS_UNDERWAY_BYTES: Final = 200 * 1024 * 1024
UPLOAD_HOURS: Final = 24
#: Files that no form has used yet, underway ones included: of one account, and the
#: bytes of all accounts of a tenant.
UNUSED_FILES: Final = 1_000
UNUSED_BYTES: Final = 500 * 1024 * 1024
UNUSED_TENANT_BYTES: Final = 20 * 1024 * 1024 * 1024
#: Evidence that is handed out at once.
BUNDLE_CASES: Final = 1_000
BUNDLE_BYTES: Final = 512 * 1024 * 1024
ANSWERS_BYTES: Final = 256 * 1024
#: A history from elsewhere, also when it is unpacked.
HISTORY_BYTES: Final = 256 * 1024 * 1024

# The shape of an XML document.
XML_ELEMENTS: Final = 60_000
XML_DEPTH: Final = 64
XML_ATTRIBUTE_BYTES: Final = 4 * 1024

# The shape of a model.
PROCESS_NODES: Final = 2_000
CALL_DEPTH: Final = 8
SCOPE_DEPTH: Final = 64
FORM_COMPONENTS: Final = 300

# The running of a case.
STEPS_PER_TRANSACTION: Final = 200
STEPS_PER_JOB: Final = 10_000
#: A case that goes on by itself so long, and never rests, is halted.
UNRESTING_STEPS: Final = 10_000
RESTING_SECONDS: Final = 60
MULTI_INSTANCE_ITEMS: Final = 1_000

# Side work (engine/domain/side_work.py): asked in one case, signers of one round.
SIDE_WORK: Final = 200
SIDE_SIGNERS: Final = 20

# Letters between cases (engine/exchange.py).
DELIVERY_ATTEMPTS: Final = 20
CASE_GENERATIONS: Final = 32
CORRELATION_KEYS: Final = 8

# Audits (engine/domain/sampling.py).
SAMPLE_CASES: Final = 500
POPULATION_CASES: Final = 1_000_000

# Long work (engine/jobs.py).
#: A worker that has not been heard of for so long has lost its job.
JOB_LEASE: Final = 60
#: One step may last so long; then its worker counts as lost.
JOB_STEP: Final = 2 * 60 * 60
JOB_ATTEMPTS: Final = 3
JOB_ITEMS: Final = 100_000
JOBS_OPEN: Final = 20
#: Days that a job that is over is kept, with its files.
JOB_DAYS: Final = 14
#: Days that the answer to a request is kept, for whoever sends it again.
IDEMPOTENCY_DAYS: Final = 7

# Reports (engine/domain/indicators.py).
#: Dossiers that a report counts while somebody waits; a job counts more.
REPORT_DOSSIERS: Final = 20_000
#: Dossiers that the job counts in one step.
REPORT_PART: Final = 2_000

# Expressions (engine/expressions.py).
EXPRESSION_CHARS: Final = 1_000
EXPRESSION_NODES: Final = 200
EXPRESSION_DEPTH: Final = 25
EXPRESSION_STEPS: Final = 20_000
EXPRESSION_STRING: Final = 10_000
EXPRESSION_LIST: Final = 10_000
EXPRESSION_INT_BITS: Final = 256

# Decision tables (engine/decisions); a cell has the limits of an expression.
DECISION_RULES: Final = 2_000
DECISION_COLUMNS: Final = 100
DECISION_PARTS: Final = 50_000
DECISION_STEPS: Final = 200_000

# Durations and dates (ISO 8601).
ISO_CHARS: Final = 64
DURATION_YEARS: Final = 100
CYCLE_REPETITIONS: Final = 1_000

# Worklists (engine/domain/urgency.py): when work is due soon or seriously overdue.
SOON_WORKING_DAYS: Final = 1
SOON_PERCENT: Final = 80
SERIOUS_WORKING_DAYS: Final = 3
WORKLIST_PAGE: Final = 50
WORKLIST_FILE_ROWS: Final = 50_000
FEED_ENTRIES: Final = 1_000
SAVED_FILTERS: Final = 50
#: Figures of the month that runs are counted anew when they are so old.
FIGURES_SECONDS: Final = 5 * 60
#: Rows chosen in a list: more at once become a job, and so many a job takes.
BULK_AT_ONCE: Final = 20
BULK_ROWS: Final = 1_000

# Papers (webui/documents).
#: Documents that are set at a time; how long one is waited for.
TYPESETTINGS: Final = 2
TYPESETTING_SECONDS: Final = 20
#: Papers in one file, and lines of a tracking book.
PAPERS_AT_ONCE: Final = 100
BOOK_ROWS: Final = 2_000

# Notices (engine/notices.py).
#: Attempts to deliver one by mail or to a system, over about two days.
NOTICE_ATTEMPTS: Final = 14
#: A delivery that its server began and did not end is taken again after so long.
NOTICE_LEASE: Final = 5 * 60
#: One that was found later than so is shown on the pages, and not sent any more.
NOTICE_STALE_DAYS: Final = 2
#: Days that notices and the log of their delivery are kept.
NOTICE_DAYS: Final = 90
NOTICE_HOOKS: Final = 20

# People and requests.
SESSION_IDLE: Final = 30 * 60
SESSION_LIFETIME: Final = 12 * 60 * 60
LOGIN_FAILURES: Final = 10
LOGIN_WINDOW: Final = 15 * 60
#: Failed sign-ins from one network, over all accounts, in the same time.
NETWORK_FAILURES: Final = 100
#: Wrong look-ups of dossiers from one address in the same time.
LOOKUP_FAILURES: Final = 50
