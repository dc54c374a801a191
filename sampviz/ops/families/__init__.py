"""The operations, one family a module; the registry finds every operation in them."""
