"""Working processes are killed; what they had acknowledged must be there, once."""
