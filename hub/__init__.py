"""The server program: sign-in, pages, classes and lessons over HTTP, sockets, signalling.

Nouns: a *person* signs in and has a *session*; a *route* answers one kind of request under the
permission that the table in `hub.routes` gives it; the *context* is what every route may use.

One rule: the hub holds sockets and no truth. What must last is in `store`, what lives is in
`actors`, and who may ask for what is in `safeguarding.permissions`.
"""
