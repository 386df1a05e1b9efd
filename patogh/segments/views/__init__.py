"""Pages of segments."""

from patogh.segments.views.building import team_segment_count, team_segment_new, team_segment_rule
from patogh.segments.views.segments import (
    team_segment,
    team_segment_export,
    team_segment_pause,
    team_segment_progress,
    team_segment_retirement,
    team_segments,
)

__all__ = [
    "team_segment", "team_segment_count", "team_segment_export", "team_segment_new", "team_segment_pause",
    "team_segment_progress", "team_segment_retirement", "team_segment_rule", "team_segments",
]  # fmt: skip
