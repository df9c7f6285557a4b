"""A school full of devices, to see what the hub does under load.

Nouns: a *profile* is a shape of load; a *school* is what the hub was seeded with; *pupils* are
simulated devices, *teachers* watch them through consoles; the *ledger* knows what was sent and
what was seen; a *baseline* is the same load on something simpler.

One rule: the hub is used from outside, over real sockets, as real programs do.
"""
