"""The compiled token game: the second interpreter, which checks recorded histories."""
