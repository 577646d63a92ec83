"""One file per form-js component type; `registry.types` finds them."""
