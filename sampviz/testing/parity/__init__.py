"""Whether the operations equal the programs that networks use, on this machine."""
