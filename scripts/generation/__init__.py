"""What `scripts/generate` writes: pages and types made from the protocol's own source.

Nouns: the *schema* is `wire.messages` as plain data; a *page* is documentation made from it; a
*vector* is one frame with the values that it stands for.

One rule: the same source gives the same bytes, so that `scripts/generate --check` can compare.
"""
