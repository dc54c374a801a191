"""What a researcher would write without sampviz: torch and pyplot, as their tutorials show them."""
