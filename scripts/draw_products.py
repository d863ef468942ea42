"""Draw the product pictures that a brand's catalog.csv names, as clean packshots.

Usage: draw_products.py BRAND_FOLDER. The folder's images/looks.csv gives each file name's
container, colour and words, images/containers.txt says how containers are drawn; an ending `-box`,
`-texture`, `-open` or `-inside` is another view of the same product. Same tables, same pictures.
"""

import csv
import math
import sys
import tomllib
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

SIZE, SCALE, FLOOR = 480, 3, 408
Colour = tuple[int, int, int]
Size = tuple[int, int]
WHITE, INK = (255, 255, 255), (58, 46, 48)


def rgb(text: str) -> Colour:
    """A colour from six hexadecimal digits."""
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def blend(one: Colour, other: Colour, part: float) -> Colour:
    """The colour `part` of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def cylinder(colour: Colour, size: Size, gloss: float) -> Image.Image:
    """A round surface: dark edges, a broad light, a narrow highlight left and right."""
    row = Image.new("RGB", (size[0], 1))
    for x in range(size[0]):
        t = (x + 0.5) / size[0]
        depth = 0.1 + 0.45 * gloss
        tone = blend(blend(colour, INK, depth), colour, math.sin(math.pi * t) ** 0.6)
        light = 0.8 * gloss * math.exp(-(((t - 0.21) / 0.065) ** 2))
        light += 0.35 * gloss * math.exp(-(((t - 0.88) / 0.03) ** 2))
        row.putpixel((x, 0), blend(tone, WHITE, min(1.0, light)))
    return row.resize(size)


def sphere(colour: Colour, size: Size) -> Image.Image:
    """A flat round face, lighter at the top."""
    low, high = blend(colour, INK, 0.16), blend(colour, WHITE, 0.25)
    fade = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, low), Image.new("RGB", size, high), fade)


class Packshot:
    """One picture: parts on a transparent layer, then shadow, mirror image and background."""

    def __init__(self, brand: str, parts: dict[str, str], colour: Colour, words: str):
        self.brand, self.words, self.colour = " ".join(brand.upper()), words, colour
        self.parts = parts
        self.layer = Image.new("RGBA", (SIZE * SCALE, SIZE * SCALE))
        named = (tone.split() for tone in parts["tones"].split(";"))
        self.tones = {name: rgb(tone) for name, tone in named}
        self.tones |= {"body": colour, "deep": blend(colour, INK, 0.28)}
        self.tones |= {"pale": blend(colour, WHITE, 0.82), "clear": blend(colour, WHITE, 0.6)}

    def draw(self, container: str, shift: int = 0) -> None:
        """All parts of a container, `shift` to the right."""
        for part in self.parts[container].split(";"):
            kind, x, *rest = part.split()
            if kind in "lt":
                y, width, ink = rest
                spot = (240 + int(x) + shift, int(y))
                self.letter(spot, int(width), self.tones[ink], brand=kind == "l")
            else:
                place = [int(number) for number in (x, *rest[:3])]
                place[0] += 240 + shift
                self.part(kind, place, rest[3:])

    def part(self, kind: str, place: list[int], look: list[str]) -> None:
        """One part of a container, shaded."""
        x, y, width, height = (value * SCALE for value in place)
        tone = self.tones[look[0]]
        corner, gloss = (int(look[1]) * SCALE, float(look[2])) if len(look) > 1 else (0, 0.0)
        mask = Image.new("L", self.layer.size)
        pen, left, right = ImageDraw.Draw(mask), x - width // 2, x + width // 2
        if kind == "p":
            self.pans(place)
        elif kind == "d":
            pen.ellipse((x - width, y - height, x + width, y + height), 255)
        elif kind == "u":
            low, foot = y + height, corner // 2
            pen.polygon([(left, y), (right, y), (x + foot, low), (x - foot, low)], 255)
        elif kind == "n":
            pen.rectangle((left, y + width // 2, right, y + height), 255)
            pen.pieslice((left, y, left + 2 * width, y + 2 * width), 180, 270, 255)
            pen.rectangle((left, y + width, right, y + height), 255)
        else:
            pen.rounded_rectangle((left, y, right, y + height), corner, 255)
        box = mask.getbbox()
        if box:
            size = (box[2] - box[0], box[3] - box[1])
            face = sphere(tone, size) if kind == "d" else cylinder(tone, size, gloss)
            self.layer.paste(face, box[:2], mask.crop(box))

    def pans(self, place: list[int]) -> None:
        """Twelve pans of eye shadow in two rows."""
        middle, top, width, height = place
        step = width / 6
        for n, shade in enumerate(self.parts["pans"].split(";")):
            self.tones["pan"] = rgb(shade)
            x = round(middle - width / 2 + step * (n % 6 + 0.5))
            y = top + round(height / 2 * (n // 6)) + 5
            self.part("b", [x, y, round(step - 8), height // 2 - 8], ["pan", "5", ".3"])

    def letter(self, spot: Size, width: int, ink: Colour, *, brand: bool) -> None:
        """The words, below the brand's name and a fine rule if wanted."""
        x, y = spot
        small = min(width / 7.4, 13.0)
        lines = [(self.brand, y, small)] if brand else []
        size = min(width / max(len(self.words), 2) * 1.4, small if brand else width)
        lines.append((self.words, round(y + small * 2) if brand else y, size))
        for words, height, points in lines:
            font = ImageFont.load_default(points * SCALE)
            pen = ImageDraw.Draw(self.layer)
            pen.text((x * SCALE, height * SCALE), words, fill=ink, font=font, anchor="mm")
        if brand:
            self.part("b", [x, round(y + small), round(width * 0.3), 1], ["gold", "0", "0"])

    def finish(self) -> Image.Image:
        """The layer with its shadow and mirror image on a soft background."""
        side, floor = SIZE * SCALE, FLOOR * SCALE
        depth = side - floor
        fade = Image.linear_gradient("L")
        top, low = blend(self.colour, WHITE, 0.9), blend(self.colour, WHITE, 0.66)
        plain = [Image.new("RGB", (side, side), tone) for tone in (low, top)]
        picture = Image.composite(plain[0], plain[1], fade.resize((side, side)))
        glow = ImageChops.invert(Image.radial_gradient("L")).point(lambda v: v * 2 // 3)
        picture.paste(WHITE, (0, 0), glow.resize((side, side)))
        foot = self.layer.getchannel("A").crop((0, floor - 60, side, floor)).resize((side, 36))
        shade = Image.new("L", (side, side))
        shade.paste(foot.point(lambda v: v * 3 // 4), (10 * SCALE, floor - 12))
        shade = shade.filter(ImageFilter.GaussianBlur(6 * SCALE))
        picture.paste(blend(self.colour, INK, 0.8), (0, 0), shade)
        mirror = self.layer.crop((0, floor - depth, side, floor))
        mirror = mirror.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        dim = ImageChops.invert(fade).point(lambda v: v // 5).resize((side, depth))
        picture.paste(mirror, (0, floor), ImageChops.multiply(mirror.getchannel("A"), dim))
        picture.paste(self.layer, (0, 0), self.layer)
        left, high, right, _ = self.layer.getbbox() or (0, 0, side, side)
        near = round(max(right - left, floor - high) / 0.72)  # small products come nearer
        frame = min(side, near)
        x, y = (left + right - frame) // 2, floor - round(frame * 0.85)
        x, y = (max(0, min(value, side - frame)) for value in (x, y))
        picture = picture.crop((x, y, x + frame, y + frame))
        return picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def picture_of(shot: Packshot, container: str, view: str) -> Image.Image:
    """The picture of a product, in one of its views."""
    if view in {"box", "texture"}:
        shot.draw(view)
        shot.draw(container, shift=76 if view == "box" else -50)
    else:
        shot.draw(f"{container}-{view}" if view else container)
    return shot.finish()


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def main(folder: Path) -> None:
    """Draw every picture that the catalogue names."""
    brand = tomllib.loads((folder / "brand.toml").read_text(encoding="utf-8"))["brand"]["id"]
    looks = {row["stem"]: row for row in table(folder / "images" / "looks.csv")}
    lines = (folder / "images" / "containers.txt").read_text(encoding="utf-8").replace("\n  ", ";")
    parts = dict(line.split("|") for line in lines.splitlines() if not line.startswith("#"))
    named = "|".join(row["images"] for row in table(folder / "catalog.csv")).split("|")
    for name in filter(None, named):
        stem = Path(name).stem
        view = stem.rpartition("-")[2] if stem not in looks else ""
        look = looks[stem.removesuffix(f"-{view}")]
        shot = Packshot(brand, parts, rgb(look["colour"]), look["words"])
        picture = picture_of(shot, look["container"], view)
        picture.save(folder / name, quality=82, optimize=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: draw_products.py BRAND_FOLDER")
    main(Path(sys.argv[1]))
