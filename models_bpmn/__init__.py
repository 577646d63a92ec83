"""Procedure models and what is done to models: reading, checking, comparing."""
