"""What pins results: baselines of figures, parity with other libraries, the plug-in of pytest."""
