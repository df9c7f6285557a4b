"""Text that came from a pupil's PC, made safe to show: no control, bidi or invisible characters."""

BLANK = dict.fromkeys((0x034F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0), " ")
"""Characters that count as printable although nobody sees them: fillers, joiners, a blank."""


def plain(text: str, limit: int = 512) -> str:
    """At most `limit` characters of `text`, each character that cannot be printed made a space.

    Zero-width and direction-changing characters count as unprintable, so that nobody can make
    one name look like another on a teacher's screen.
    """
    text = text[:limit].translate(BLANK)
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)
