"""The protocol's version: one integer, with a dated line for each step.

1  2026-11-21  first version: sign-on, activity, pictures, signalling, viewing, locks, control.
"""

PROTOCOL_VERSION = 1

SUBPROTOCOL = f"formroom.{PROTOCOL_VERSION}"
"""The WebSocket subprotocol that both kinds of client ask for."""
