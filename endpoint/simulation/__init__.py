"""A pupil at work who does not exist: what the synthetic platform shows and reports.

Nouns: a *topic* is what the class learns; a *task* is one window with something happening in it;
a *timeline* is a pupil's seeded row of tasks; a *pupil* lives along it and can be interrupted; a
*scene* draws what would be on the screen.

One rule: the same seed and the same moments give the same reports and the same pixels.
"""
