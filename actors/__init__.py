"""State that lives through a lesson.

Nouns: an *actor* is a plain class with an identity (`Key`) that takes a message and returns
*effects*; a *shard* houses many actors and keeps a log of what they publish; a *runtime* says
where shards run, in this process (`local`) or as Ray actors (`cluster`).

One rule: an actor does no I/O and reads no clock. What it wants done, it returns. Only
`cluster` imports ray.
"""
