"""Tests: unit, contracts, integration, web, acceptance, architecture and bench."""
