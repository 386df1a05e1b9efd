"""How fast an idea gathers: each support counts one and is worth half a week later. Pure sums.

What is kept is the logarithm of the sum, with the weights growing towards today instead of shrinking into the past (forward
decay: Cormode, Shkapenyuk, Srivastava and Xu, 2009). So the number of an idea changes only when somebody supports it, and two
ideas compare by it at any moment.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

HALF_LIFE: Final = dt.timedelta(weeks=1)
_BEGAN: Final = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_FAR: Final = 60.0  # beyond so many halvings nothing changes in a float


def weeks(moment: dt.datetime) -> float:
    """Return a moment as half-lives since the beginning of the scale."""
    return max(0.0, (moment - _BEGAN) / HALF_LIFE)


def added(pace: float, moment: dt.datetime) -> float:
    """Return the pace with one more support of this moment; 0 stands for none."""
    at = weeks(moment)
    if pace <= 0 or at - pace > _FAR:
        return at
    return pace if pace - at > _FAR else max(pace, at) + math.log2(1 + 2.0 ** -abs(pace - at))


def removed(pace: float, moment: dt.datetime) -> float:
    """Return the pace without a support of this moment; 0 when nothing is left of it."""
    at = weeks(moment)
    if pace - at > _FAR:
        return pace
    rest = 1 - 2.0 ** (at - pace)
    return max(0.0, pace + math.log2(rest)) if rest > 1e-9 else 0.0


def a_week(pace: float, now: dt.datetime) -> float:
    """Return the decayed count of supports as it is worth now."""
    return 0.0 if pace <= 0 else 2.0 ** min(_FAR, pace - weeks(now))
