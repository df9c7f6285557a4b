"""What the pupil sees of us, in a process of its own.

Nouns: a *scene* is all that is to be shown now; the *banner* says who views or controls; the
*lock screen* covers every monitor; the *grab* holds keyboard and pointer meanwhile.

One rule: the process shows exactly the last scene it was sent, and when its pipe ends it goes, and
everything with it.
"""
