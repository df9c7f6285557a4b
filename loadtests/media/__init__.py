"""The media bench: a real agent on Xvfb, watched and controlled by Chromium.

Nouns: the *scene* draws a time stamp that pixels can be read back from; the *relay* is a hub that
only admits one agent and passes signals on; the *viewer* is the page in the browser.

One rule: every latency ends where a page can read the pixel.
"""
