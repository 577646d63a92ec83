"""Long work: what takes more than a request is a job (page "Tác vụ").

How to add a kind of job, for example "release many tasks":

1. One file here, with one subclass of `kind.Kind`: `name` (stored, never changed),
   `action` (the right to ask; checked again before every step), `title` in words.
2. `plan(work)` gives the items, each with a `subject` (ids, never personal data) and a
   `label` that people know. It only reads. `work.job.asked` is what was asked for,
   `work.actor` whoever asked, with the positions held now.
3. `step(work, item)` gives `Done(command=ReleaseTask(...))`: the command is executed as
   that person, its doer is that person, and it moves the item on in its own
   transaction, so no kill makes it happen twice. A step that only reads gives
   `Done(answer=...)`. A refusal (`EngineError`) fails this item and is listed.
   Steps that take long call `work.beat(done, total)` now and then.
4. `finish(work)` may give facts for the page, or `work.keep(...)` a file to take.
5. A line in `registry.KINDS`. A page asks by `asking.ask(kind, asked)`; that is all.

Jobs survive a killed worker by lease (`engine.jobs`), and are removed with their files
`limits.JOB_DAYS` days after their end (`upkeep`).
"""
