"""Durable facts, and the only package that knows SQL.

Nouns: a *trust* runs *sites* (schools); *people* hold roles at sites; *devices* are enrolled at a
site; a *class* is a set of pupils and devices; a *lesson* is one run of a class, with the locks
that its teachers want.

One rule: every row of a site carries trust and site in its key, and every question names both.
Functions that take a `Store` are a transaction of their own; functions that take a `Session` are
parts of a caller's transaction. Time is always an argument.
"""
