"""Colours: CSS names, #rrggbb, and the CIE 1931 chromaticity that lamps speak.

Brightness is a lamp's own business, so a colour here is only its hue and saturation:
"maroon" and "red" are the same light. Conversions follow the sRGB standard (IEC 61966-2-1)
with its D65 white.
"""

import colorsys
import re

from device.errors import HomeError

WHITE_XY = (0.3127, 0.3290)

_CSS = """
aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc
bisque ffe4c4 black 000000 blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a
burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 chocolate d2691e coral ff7f50
cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff darkblue 00008b
darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9
darkkhaki bdb76b darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00
darkorchid 9932cc darkred 8b0000 darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b
darkslategray 2f4f4f darkslategrey 2f4f4f darkturquoise 00ced1 darkviolet 9400d3
deeppink ff1493 deepskyblue 00bfff dimgray 696969 dimgrey 696969 dodgerblue 1e90ff
firebrick b22222 floralwhite fffaf0 forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc
ghostwhite f8f8ff gold ffd700 goldenrod daa520 gray 808080 green 008000 greenyellow adff2f
grey 808080 honeydew f0fff0 hotpink ff69b4 indianred cd5c5c indigo 4b0082 ivory fffff0
khaki f0e68c lavender e6e6fa lavenderblush fff0f5 lawngreen 7cfc00 lemonchiffon fffacd
lightblue add8e6 lightcoral f08080 lightcyan e0ffff lightgoldenrodyellow fafad2
lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3 lightpink ffb6c1 lightsalmon ffa07a
lightseagreen 20b2aa lightskyblue 87cefa lightslategray 778899 lightslategrey 778899
lightsteelblue b0c4de lightyellow ffffe0 lime 00ff00 limegreen 32cd32 linen faf0e6
magenta ff00ff maroon 800000 mediumaquamarine 66cdaa mediumblue 0000cd mediumorchid ba55d3
mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee mediumspringgreen 00fa9a
mediumturquoise 48d1cc mediumvioletred c71585 midnightblue 191970 mintcream f5fffa
mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead navy 000080 oldlace fdf5e6 olive 808000
olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa
palegreen 98fb98 paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9
peru cd853f pink ffc0cb plum dda0dd powderblue b0e0e6 purple 800080 rebeccapurple 663399
red ff0000 rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513 salmon fa8072
sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d silver c0c0c0
skyblue 87ceeb slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa
springgreen 00ff7f steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8 tomato ff6347
turquoise 40e0d0 violet ee82ee wheat f5deb3 white ffffff whitesmoke f5f5f5 yellow ffff00
yellowgreen 9acd32
"""

CSS_COLORS: dict[str, str] = {
    name: f"#{code}" for name, code in re.findall(r"([a-z]+) ([0-9a-f]{6})", _CSS)
}
"""CSS colour name -> "#rrggbb"."""

_HEX = re.compile(r"#[0-9a-f]{6}")

_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_FROM_XYZ = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)


def named(color: str) -> str:
    """The canonical spelling of a colour: "Dark Blue" -> "darkblue", "#F00000" -> "#f00000".

    Raises:
        HomeError: It is neither a CSS name nor #rrggbb.
    """
    tidy = re.sub(r"[\s_-]+", "", color.casefold())
    if tidy in CSS_COLORS or _HEX.fullmatch(tidy):
        return tidy
    raise HomeError(f"color must be a CSS name or #rrggbb, found {color!r}")


def code_of(color: str) -> str:
    """The colour as #rrggbb.

    Raises:
        HomeError: It is no colour.
    """
    name = named(color)
    return CSS_COLORS.get(name, name)


def xy_of(color: str) -> tuple[float, float]:
    """CIE 1931 chromaticity of a colour; black, which no lamp can shine, counts as white."""
    linear = [_linear(channel) for channel in _channels(code_of(color))]
    total_xyz = [sum(m * v for m, v in zip(row, linear, strict=True)) for row in _TO_XYZ]
    total = sum(total_xyz)
    if total == 0:
        return WHITE_XY
    return round(total_xyz[0] / total, 4), round(total_xyz[1] / total, 4)


def from_xy(x: float, y: float) -> str:
    """The brightest #rrggbb with this chromaticity; what no screen can show is clipped.

    Raises:
        HomeError: No colour has this chromaticity.
    """
    if not (0 <= x <= 1 and 0 < y <= 1 and x + y <= 1.001):
        raise HomeError(f"x and y must be a CIE 1931 chromaticity, found {x}, {y}")
    xyz = (x / y, 1.0, (1 - x - y) / y)
    linear = [max(0.0, sum(m * v for m, v in zip(row, xyz, strict=True))) for row in _FROM_XYZ]
    top = max(linear)
    if top == 0:
        raise HomeError(f"x and y must be a visible chromaticity, found {x}, {y}")
    return _code([_gamma(channel / top) for channel in linear])


def hs_of(color: str) -> tuple[int, int]:
    """Hue in degrees 0 to 360 and saturation in percent of a colour."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*_channels(code_of(color)))
    return round(hue * 360), round(saturation * 100)


def from_hs(hue: float, saturation: float) -> str:
    """The brightest #rrggbb with this hue (degrees) and saturation (percent).

    Raises:
        HomeError: Hue is not within 0 to 360, or saturation not within 0 to 100.
    """
    if not (0 <= hue <= 360 and 0 <= saturation <= 100):
        raise HomeError(f"hue and saturation must lie in 0-360, 0-100, found {hue}, {saturation}")
    return _code(list(colorsys.hsv_to_rgb(hue / 360, saturation / 100, 1.0)))


def alike(one: str, other: str, *, tolerance: float = 0.02) -> bool:
    """Whether two colours are the same light, as far as lamps can tell.

    Args:
        one: A CSS name or #rrggbb.
        other: A CSS name or #rrggbb.
        tolerance: Distance in CIE xy below which they count as the same.
    """
    return _apart(xy_of(one), xy_of(other)) <= tolerance


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def _channels(code: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(code[1:])
    return red / 255, green / 255, blue / 255


def _code(channels: list[float]) -> str:
    return "#" + bytes(round(255 * min(1.0, max(0.0, c))) for c in channels).hex()


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
