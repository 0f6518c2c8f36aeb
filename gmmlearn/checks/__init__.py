"""The exercises' self-checks: `checks.name(your_attempt)` says what is right, or what went wrong.

One file a notebook; each check is an `Exercise`, which holds the answer and the usual mistakes.
"""

from gmmlearn.checks.assign_average import (
    centres_by_hand,
    labels_by_hand,
    my_assign,
    my_kmeans_step,
    times_smaller,
)
from gmmlearn.checks.bound import bound_by_hand, em_promises, jensen, leap_by_hand, my_bound
from gmmlearn.checks.breaks import (
    falls_at_once,
    falls_later,
    hidden_bug,
    my_log_e_step,
    safe_sds,
    same_names,
)
from gmmlearn.checks.bumps import above_one, height_of_mixture, my_density, read_a_mixture
from gmmlearn.checks.chunks import (
    halves_by_hand,
    how_many_sums,
    my_round,
    one_more_wait,
    round_in_chunks,
)
from gmmlearn.checks.cold_limit import hard_or_soft, my_em_at, weights_by_hand
from gmmlearn.checks.depth import odd_weekend_day, two_means, weekdays_in_low_bump
from gmmlearn.checks.exercise import Exercise, Verdict
from gmmlearn.checks.families import my_family, yes_by_hand
from gmmlearn.checks.going_round import (
    monotone,
    my_em,
    my_loop,
    one_round,
    spine,
    two_reports,
)
from gmmlearn.checks.how_many import (
    bic_of_three,
    digits_model,
    free_numbers,
    galaxy_groups,
)
from gmmlearn.checks.real_work import least_likely_day, per_mode, scoreboard
from gmmlearn.checks.reestimate import bug_a, bug_b, bug_c, my_m_step, short_group
from gmmlearn.checks.shapes import (
    ellipse_matrix,
    my_count,
    parameters_by_hand,
    sixteen_kinds,
    units_matter,
    winners,
)
from gmmlearn.checks.starts import (
    early_or_local,
    enough_starts,
    my_farthest_first,
    my_start,
    outliers,
    stuck_centres,
)
from gmmlearn.checks.whose import false_belief, my_e_step, three_waits, wide_tail

__all__ = [
    "Exercise",
    "Verdict",
    "above_one",
    "bic_of_three",
    "bound_by_hand",
    "bug_a",
    "bug_b",
    "bug_c",
    "centres_by_hand",
    "digits_model",
    "early_or_local",
    "ellipse_matrix",
    "em_promises",
    "enough_starts",
    "falls_at_once",
    "falls_later",
    "false_belief",
    "free_numbers",
    "galaxy_groups",
    "halves_by_hand",
    "hard_or_soft",
    "height_of_mixture",
    "hidden_bug",
    "how_many_sums",
    "jensen",
    "labels_by_hand",
    "leap_by_hand",
    "least_likely_day",
    "monotone",
    "my_assign",
    "my_bound",
    "my_count",
    "my_density",
    "my_e_step",
    "my_em",
    "my_em_at",
    "my_family",
    "my_farthest_first",
    "my_kmeans_step",
    "my_log_e_step",
    "my_loop",
    "my_m_step",
    "my_round",
    "my_start",
    "odd_weekend_day",
    "one_more_wait",
    "one_round",
    "outliers",
    "parameters_by_hand",
    "per_mode",
    "read_a_mixture",
    "round_in_chunks",
    "safe_sds",
    "same_names",
    "scoreboard",
    "short_group",
    "sixteen_kinds",
    "spine",
    "stuck_centres",
    "three_waits",
    "times_smaller",
    "two_means",
    "two_reports",
    "units_matter",
    "weekdays_in_low_bump",
    "weights_by_hand",
    "wide_tail",
    "winners",
    "yes_by_hand",
]
