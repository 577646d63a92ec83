"""Pages, command line and composition root; the only importer of Flask."""
