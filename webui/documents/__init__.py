"""Documents for paper: templates, and the program that sets them."""
