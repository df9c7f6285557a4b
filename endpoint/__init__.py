"""The agent on a pupil's PC.

Nouns: the *link* is the one connection, outward to the hub; *activity* is the active window, the
presence and the view; *viewing* is who looks now; *orders* are what the hub wants of this device;
the *notice* tells the pupil; a *platform* is what the operating system can do for us.

One rule: whatever restricts or shows the pupil ends by itself when the hub is gone.
"""
