"""Live screens and remote control over WebRTC; runs on pupils' PCs.

Nouns: a *source* gives the pictures of one monitor; a *rung* is one size and rate of its video;
a *broadcast* encodes each rung once, however many look; a *peer* is the connection of one viewer.

One rule: nothing is encoded twice and nothing is sent unasked.
"""
