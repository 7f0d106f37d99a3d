"""The demo city's invented names and codes. No such city exists; 39 is no province of GB/T 2260."""

from dataclasses import dataclass
from datetime import date

CRS = "EPSG:4549"
START = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class City:
    code: str
    name: str
    approval: str


@dataclass(frozen=True, slots=True)
class District:
    """A district; `contains` are points (lon, lat) of the parts that it is made of."""

    code: str
    name: str
    contains: tuple[tuple[float, float], ...]
    streets: tuple[str, ...]
    communities: tuple[str, ...]


def _names(text: str) -> tuple[str, ...]:
    return tuple(f"{name}社区" for name in text.split())


CITY = City("390100", "江澜市", "江澜市人民政府批准,数字化城市管理实行区域第1号公告")
DISTRICTS = (
    District(
        "390102",
        "南埠区",
        ((121.483, 31.235),),
        ("钟楼街道", "石库街道", "老埠头街道"),
        _names("银杏里 望江 钟楼 柳荫 石库 书院 丹桂 豫章 老埠头 会馆 盐仓 安澜"),
    ),
    District(
        "390103",
        "北渡区",
        ((121.485, 31.249), (121.518, 31.2500)),
        ("栈桥街道", "北渡街道", "船坞街道"),
        _names("栈桥 梧桐 邮局 北渡 灯火 纱厂 船坞 码头 江畔 汽笛 缆桩 潮声"),
    ),
    District(
        "390104",
        "望江区",
        ((121.51, 31.235),),
        ("明珠街道", "滨江街道", "花木径街道", "东塘街道"),
        _names("明珠 江湾 金穗 滨江 船歌 芦荻 听涛 花径 香樟 云锦 青田 东塘 杨渡 竹园 新桥 向阳"),
    ),
)
