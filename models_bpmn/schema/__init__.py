"""The extension namespace of Quytrinh, its XSD and its moddle descriptor."""
