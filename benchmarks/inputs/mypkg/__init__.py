"""A package of a user's own, whose functions are steps of chains."""
