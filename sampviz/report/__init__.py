"""The interactive page: what is shown, how it is packed, how it is written."""
