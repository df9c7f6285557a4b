"""Sockets of devices and consoles, and the way between them and the shards.

Nouns: a *lane* carries batches to one shard; a *shard link* is a lane and the reading back; the
*switchboard* knows every socket of this hub and brings each reading to whom it is for; an
*outbound* queue is what one socket still has to be sent.

One rule: nobody awaits a slow peer except that peer's own writer.
"""
