"""Evidence: sealed records that can be checked without trusting the server."""
