"""What simulated pupils learn about, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One school topic: an essay to type, a page to read, a table to fill, a thing to draw."""

    subject: str
    title: str
    site: str
    essay: tuple[str, ...]
    table: tuple[str, str]
    rows: tuple[tuple[str, int], ...]
    colour: str


TOPICS: tuple[Topic, ...] = (
    Topic(
        "Geography",
        "The water cycle",
        "learn.example/geography/water-cycle",
        (
            "Water is always on the move. The sun warms the sea and water evaporates into the air.",
            "High up it is cold, so the vapour condenses into tiny drops and makes clouds.",
            "When the drops grow heavy they fall as rain, hail or snow. This is precipitation.",
            "Rivers carry the water back to the sea and the cycle begins again.",
        ),
        ("Month", "Rain (mm)"),
        (("January", 82), ("February", 61), ("March", 54), ("April", 48), ("May", 57)),
        "#2f80c3",
    ),
    Topic(
        "History",
        "Life in Roman Britain",
        "learn.example/history/roman-britain",
        (
            "The Romans came to Britain in AD 43 and stayed for nearly four hundred years.",
            "They built straight roads so that soldiers could march quickly between the towns.",
            "Rich families had villas with mosaic floors and under-floor heating.",
            "Many of our towns, such as Chester and Bath, began as Roman settlements.",
        ),
        ("Fort", "Soldiers"),
        (("Chester", 5500), ("York", 5400), ("Caerleon", 5600), ("Bath", 800), ("Dover", 950)),
        "#b4553a",
    ),
    Topic(
        "Science",
        "How plants make food",
        "learn.example/science/photosynthesis",
        (
            "Plants make their own food in their leaves. This is called photosynthesis.",
            "They need light, water and carbon dioxide, and they give out oxygen.",
            "The green part that catches the light is called chlorophyll.",
            "In our experiment the cress on the window sill grew tallest.",
        ),
        ("Day", "Height (mm)"),
        (("Monday", 4), ("Tuesday", 9), ("Wednesday", 17), ("Thursday", 26), ("Friday", 38)),
        "#3d8b48",
    ),
    Topic(
        "Science",
        "Our solar system",
        "learn.example/science/solar-system",
        (
            "Eight planets travel around the Sun. The four nearest are small and rocky.",
            "Jupiter is the largest: more than a thousand Earths would fit inside it.",
            "A year on Neptune lasts about 165 of our years because its path is so long.",
            "If the Sun were a football, the Earth would be the size of a peppercorn.",
        ),
        ("Planet", "Moons"),
        (("Earth", 1), ("Mars", 2), ("Neptune", 16), ("Uranus", 28), ("Jupiter", 97)),
        "#5b54a4",
    ),
    Topic(
        "English",
        "Macbeth: a character study",
        "learn.example/english/macbeth",
        (
            "At the start of the play Macbeth is a brave soldier and loyal to King Duncan.",
            "The witches' words make him hope for more than he has.",
            "Lady Macbeth calls him a coward, and he gives in. Is she to blame, or is he?",
            "I think the choice was always his, because he knows that it is wrong.",
        ),
        ("Act", "Scenes"),
        (("Act 1", 7), ("Act 2", 4), ("Act 3", 6), ("Act 4", 3), ("Act 5", 8)),
        "#8a3f6b",
    ),
    Topic(
        "Geography",
        "Volcanoes and earthquakes",
        "learn.example/geography/volcanoes",
        (
            "The surface of the Earth is made of plates that move a few centimetres a year.",
            "Where two plates meet, hot rock called magma can rise and make a volcano.",
            "People live near volcanoes because the soil is good for growing crops.",
            "Scientists watch for small earthquakes that may warn of an eruption.",
        ),
        ("Volcano", "Height (m)"),
        (("Vesuvius", 1281), ("Etna", 3357), ("Hekla", 1491), ("Fuji", 3776), ("Ararat", 5137)),
        "#c2622b",
    ),
)

PUPILS: tuple[tuple[str, str], ...] = (
    ("a.yusuf", "Amina Yusuf"),
    ("b.carter", "Ben Carter"),
    ("c.oconnor", "Ciara O'Connor"),
    ("d.nowak", "Dawid Nowak"),
    ("e.williams", "Ella Williams"),
    ("f.rahman", "Farhan Rahman"),
    ("g.thomas", "Grace Thomas"),
    ("h.singh", "Harpreet Singh"),
    ("i.mensah", "Isaac Mensah"),
    ("j.walker", "Jasmine Walker"),
    ("k.macleod", "Kirsty MacLeod"),
    ("l.chen", "Leo Chen"),
    ("m.hussain", "Maryam Hussain"),
    ("n.evans", "Noah Evans"),
    ("o.adeyemi", "Olu Adeyemi"),
    ("p.patel", "Priya Patel"),
    ("q.hughes", "Quentin Hughes"),
    ("r.silva", "Rosa Silva"),
    ("s.green", "Samuel Green"),
    ("t.kaya", "Tariq Kaya"),
    ("u.begum", "Uzma Begum"),
    ("v.popescu", "Victor Popescu"),
    ("w.jones", "Willow Jones"),
    ("x.li", "Xia Li"),
    ("y.abdi", "Yasmin Abdi"),
    ("z.king", "Zachary King"),
    ("a.murphy", "Aoife Murphy"),
    ("b.ali", "Bilal Ali"),
    ("c.james", "Chloe James"),
    ("d.ofori", "Daniel Ofori"),
)
"""Accounts and names of a whole class."""
