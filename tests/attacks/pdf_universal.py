"""Universal signature forgery: byte ranges and contents that lie, written over a signed file."""

from attacks import pdf_forgeries as forge

UNIVERSAL: dict[str, forge.Forge] = {
    "null": forge.in_range(b"null"),
    "empty": forge.in_range(b"[]"),
    "three numbers": forge.in_range(b"[0 100 200]"),
    "five numbers": forge.in_range(b"[0 100 200 10 10]"),
    "names": forge.in_range(b"[/A /B /C /D]"),
    "fractions": forge.in_range(b"[0 100.5 200 10]"),
    "indirect": forge.in_range(b"[0 1 0 R 200 10]"),
    "all zeros": forge.in_range(b"[0 0 0 0]"),
    "negative length": forge.range_with(lambda r: [r[0], r[1], r[2], -r[3]]),
    "negative start": forge.range_with(lambda r: [-1, r[1], r[2], r[3]]),
    "late start": forge.range_with(lambda r: [1, r[1] - 1, r[2], r[3]]),
    "beyond the file": forge.range_with(lambda r: [r[0], r[1], r[2], r[3] + 10**6]),
    "huge": forge.range_with(lambda r: [r[0], r[1], r[2], 2**70]),
    "no gap": forge.range_with(lambda r: [r[0], r[1], r[1], r[3]]),
    "gap backwards": forge.range_with(lambda r: [r[0], r[2], r[1], r[3]]),
    "gap too wide": forge.range_with(lambda r: [r[0], r[1] - 20, r[2], r[3]]),
    "gap too wide behind": forge.range_with(lambda r: [r[0], r[1], r[2] + 5, r[3] - 5]),
    "gap too narrow": forge.range_with(lambda r: [r[0], r[1] + 2, r[2], r[3]]),
    "no byte range": lambda data: data.replace(b"/ByteRange", b"/BiteRange"),
    "no contents": lambda data: data.replace(b"/Contents <", b"/Kontents <"),
    "contents all zeros": forge.contents(lambda old: b"0" * len(old)),
    "contents blank": forge.contents(lambda old: b" " * len(old)),
    "contents no CMS": forge.contents(lambda old: b"31" + old[2:]),
    "contents cut short": forge.contents(lambda old: b">" + old[1:]),
    "blanks in contents": forge.contents(lambda old: old[:-2] + b"  "),
    "length bomb": forge.contents(lambda old: b"3084ffffffff" + old[12:]),
    "indefinite": forge.contents(lambda old: b"3080" + old[4:]),
    "contents lower case name": lambda data: data.replace(b"/Contents <", b"/contents <"),
    "contents a name": forge.contents(lambda old: b"> /Contents /" + old[13:]),
    "contents twice": forge.contents(lambda old: old[:-40] + b"> /Contents <" + old[-27:]),
    "byte range twice": forge.contents(
        lambda old: (b"> /ByteRange [0 1 2 3] /Evil <" + old)[: len(old)]
    ),
    "range shifted by one": forge.range_with(lambda r: [r[0], r[1] + 1, r[2] + 1, r[3] - 1]),
    "range of nothing": forge.range_with(lambda r: [r[0], r[1], r[2], 0]),
    "range as strings": forge.in_range(b"[(0) (1) (2) (3)]"),
    "range nested": forge.in_range(b"[[0 1] [2 3]]"),
}
