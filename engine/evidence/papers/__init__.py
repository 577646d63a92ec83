"""Papers as views of the record: what a one-stop desk prints is never typed.

`source` reads one case; `letters` has the papers that go to the applicant, `slip` the
hand-overs of a case, `book` the tracking book of an agency; `offer` says which papers a
case has now, and why others are missing. Forms and their dates are in
`engine.domain.paper_forms`; templates are in `webui/documents/papers`.
"""
