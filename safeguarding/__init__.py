"""The domain, pure: who may do what today; phrases, matching, risk and evidence to come.

One rule: nothing here does I/O or reads a clock; the time is a parameter.
"""
