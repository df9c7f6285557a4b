"""Servers that do less, or do it in a worse way, to compare the hub with."""
