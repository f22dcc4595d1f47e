"""Drawings of finished tables, each with its title, subtitle and alt text from the same table.

``plot_x`` draws in one Axes; ``figure_x`` owns the figure, "wide" or "narrow"; ``to_svg`` writes it for a page.
"""

from helpers.charts.age_bands import (
    alt_age_bands,
    figure_age_bands,
    plot_age_bands,
    subtitle_age_bands,
    title_age_bands,
)
from helpers.charts.agreement import (
    alt_agreement,
    figure_agreement,
    plot_agreement,
    subtitle_agreement,
    title_agreement,
)
from helpers.charts.areas import figure_areas
from helpers.charts.areas_words import alt_areas, subtitle_areas, title_areas
from helpers.charts.coefficients import (
    alt_coefficients,
    figure_coefficients,
    plot_coefficients,
    subtitle_coefficients,
    title_coefficients,
)
from helpers.charts.components import (
    alt_components,
    figure_components,
    plot_components,
    subtitle_components,
    title_components,
)
from helpers.charts.control import figure_control, plot_control
from helpers.charts.control_words import alt_control, subtitle_control, title_control
from helpers.charts.demand import alt_demand, figure_demand, plot_demand, subtitle_demand, title_demand
from helpers.charts.funnel import plot_funnel
from helpers.charts.groups import alt_groups, figure_groups, plot_groups, subtitle_groups, title_groups
from helpers.charts.levels import figure_levels, plot_levels
from helpers.charts.levels_words import alt_levels, subtitle_levels, title_levels
from helpers.charts.priorities import (
    alt_priorities,
    figure_priorities,
    plot_priorities,
    subtitle_priorities,
    title_priorities,
)
from helpers.charts.profile import (
    alt_profile,
    alt_strips,
    figure_profile,
    figure_spider,
    figure_strips,
    subtitle_profile,
    subtitle_strips,
    title_profile,
    title_strips,
)
from helpers.charts.projection import (
    alt_projection,
    figure_projection,
    plot_projection,
    subtitle_projection,
    title_projection,
)
from helpers.charts.pyramid import alt_pyramid, figure_pyramid, plot_pyramid, subtitle_pyramid, title_pyramid
from helpers.charts.rank import plot_rank
from helpers.charts.rounds import alt_rounds, figure_rounds, plot_rounds, subtitle_rounds, title_rounds
from helpers.charts.spider import plot_spider
from helpers.charts.spider_words import alt_spider
from helpers.charts.spine import figure_spine, plot_spine
from helpers.charts.spine_words import alt_spine, subtitle_spine, title_spine
from helpers.charts.strips import plot_strips
from helpers.charts.style import SYSTEM_FONTS, context, inert
from helpers.charts.svg import to_svg
from helpers.charts.tiles import TILES_CSS, tile_map, title_tiles
from helpers.charts.together import alt_together, figure_together, plot_together, subtitle_together, title_together
from helpers.charts.trend_words import alt_trends, subtitle_trends, title_trends
from helpers.charts.trends import figure_trends, plot_trend
from helpers.charts.waves import alt_waves, figure_waves, plot_waves, subtitle_waves, title_waves

__all__ = [
    "SYSTEM_FONTS",
    "TILES_CSS",
    "alt_age_bands",
    "alt_agreement",
    "alt_areas",
    "alt_coefficients",
    "alt_components",
    "alt_control",
    "alt_demand",
    "alt_groups",
    "alt_levels",
    "alt_priorities",
    "alt_profile",
    "alt_projection",
    "alt_pyramid",
    "alt_rounds",
    "alt_spider",
    "alt_spine",
    "alt_strips",
    "alt_together",
    "alt_trends",
    "alt_waves",
    "context",
    "figure_age_bands",
    "figure_agreement",
    "figure_areas",
    "figure_coefficients",
    "figure_components",
    "figure_control",
    "figure_demand",
    "figure_groups",
    "figure_levels",
    "figure_priorities",
    "figure_profile",
    "figure_projection",
    "figure_pyramid",
    "figure_rounds",
    "figure_spider",
    "figure_spine",
    "figure_strips",
    "figure_together",
    "figure_trends",
    "figure_waves",
    "inert",
    "plot_age_bands",
    "plot_agreement",
    "plot_coefficients",
    "plot_components",
    "plot_control",
    "plot_demand",
    "plot_funnel",
    "plot_groups",
    "plot_levels",
    "plot_priorities",
    "plot_projection",
    "plot_pyramid",
    "plot_rank",
    "plot_rounds",
    "plot_spider",
    "plot_spine",
    "plot_strips",
    "plot_together",
    "plot_trend",
    "plot_waves",
    "subtitle_age_bands",
    "subtitle_agreement",
    "subtitle_areas",
    "subtitle_coefficients",
    "subtitle_components",
    "subtitle_control",
    "subtitle_demand",
    "subtitle_groups",
    "subtitle_levels",
    "subtitle_priorities",
    "subtitle_profile",
    "subtitle_projection",
    "subtitle_pyramid",
    "subtitle_rounds",
    "subtitle_spine",
    "subtitle_strips",
    "subtitle_together",
    "subtitle_trends",
    "subtitle_waves",
    "tile_map",
    "title_age_bands",
    "title_agreement",
    "title_areas",
    "title_coefficients",
    "title_components",
    "title_control",
    "title_demand",
    "title_groups",
    "title_levels",
    "title_priorities",
    "title_profile",
    "title_projection",
    "title_pyramid",
    "title_rounds",
    "title_spine",
    "title_strips",
    "title_tiles",
    "title_together",
    "title_trends",
    "title_waves",
    "to_svg",
]
