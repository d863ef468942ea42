"""Colours that can be read: what stands on the brand's colour, and its shade that text may have."""

DARK_PAPER, LIGHT_PAPER = "#1f1f1d", "#f0f0ee"
READABLE = 4.5
# Ink also stands on the lightly tinted ground of badges.
INK = 6.0
Shade = tuple[float, float, float]


def theme(accent: str) -> str:
    """A style sheet with the brand's colour, for pages and for the widget's shadow root."""
    light = f"--accent: {accent}; --on-accent: {on_colour(accent)}; --strong: {ink(accent)};"
    dark = f"--strong: {ink(accent, on=DARK_PAPER)};"
    return (
        f":root, :host {{ {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root, :host {{ {dark} }} }}\n"
    )


def on_colour(colour: str) -> str:
    """White if it can be read on a colour, else nearly black."""
    return "#ffffff" if contrast("#ffffff", colour) >= READABLE else "#111111"


def ink(colour: str, on: str = LIGHT_PAPER) -> str:
    """The shade nearest to a colour that can be read as text on this paper."""
    end = (0.0, 0.0, 0.0) if _brightness(_parts(on)) > 0.5 else (1.0, 1.0, 1.0)
    for step in range(21):
        share = step / 20
        mixed = [p * (1 - share) + e * share for p, e in zip(_parts(colour), end, strict=True)]
        shade = "#" + "".join(f"{round(part * 255):02x}" for part in mixed)
        if contrast(shade, on) >= INK:
            return shade
    raise AssertionError(f"neither black nor white can be read on {on}")


def contrast(one: str, other: str) -> float:
    """How far apart two colours are for the eye: 1 to 21, as WCAG counts it."""
    dark, light = sorted((_brightness(_parts(one)), _brightness(_parts(other))))
    return (light + 0.05) / (dark + 0.05)


def _parts(colour: str) -> Shade:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _brightness(parts: Shade) -> float:
    linear = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
