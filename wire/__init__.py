"""The protocol between endpoints, the hub and consoles.

Nouns: a *message* is a typed, frozen record; a *frame* is its bytes, ``[type, seq, payload]`` in
msgpack; a *catalogue* is the set of messages that one side may send in one direction; a *session*
numbers what an endpoint sends, keeps it until it is acknowledged and resumes after a break.

One rule: nothing here touches a socket, a clock or a disk. Bytes come in, messages go out.
"""
