"""The domain: frozen records and pure functions, standard library only."""
