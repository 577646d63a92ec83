"""Histories for other tools, one file for each format, made of checked records only."""
