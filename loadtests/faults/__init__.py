"""Faults on purpose, and the proof that nothing that was acknowledged is lost, doubled or moved.

Nouns: a *fault* is one thing that goes wrong, applied and healed; the *table* says what is promised
for each; a *schedule* is a seed's order of faults, the same every time; the *stage* is a hub with
simulated *agents* and *staff* whom the faults hit; the *ledger* holds on disk what agents said and
what the hub acknowledged; the *checker* compares it with what the hub stored; a *probe* measures
how long nobody was served; a *scenario* is a fault that needs a hub of its own.

One rule: a run ends healed and quiet, and is judged by ids, never by times.
"""
