"""What a network that was exported to ONNX does to the resolution of its maps."""
