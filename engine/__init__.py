"""Rules and use cases of Quytrinh: no web, no SQL, SpiffWorkflow in one folder."""

__version__ = "0.1.0"
