from pipeline.places.place import Bar
from tools.calibration.bars import Scored, choose, cross_validated, outcome

CLEAR = [Scored(i % 5, 100.0, 70.0, 60.0, False) for i in range(50)]
MISSPELT = [Scored(i % 5, 90.0, 60.0, 50.0, False) for i in range(50)]
ALIKE = [Scored(i % 5, 100.0, 86.0, 40.0, False) for i in range(50)]


def test_a_bar_counts_what_it_lets_through():
    result = outcome([*CLEAR, *MISSPELT, *ALIKE], Bar(84.0, 12.0))
    assert (result.right, result.wrong, result.wrong_if_missing) == (150, 0, 50)


def test_the_bar_stands_above_what_would_be_taken_for_a_missing_commune():
    bar = choose([*CLEAR, *MISSPELT, *ALIKE])
    assert 86.0 < bar.score <= 90.0
    assert outcome([*CLEAR, *MISSPELT, *ALIKE], bar).wrong_if_missing == 0


def test_namesakes_are_left_to_other_rules():
    namesakes = [Scored(i % 5, 100.0, 100.0, 0.0, True) for i in range(50)]
    result = outcome(namesakes, Bar(84.0, 12.0))
    assert (result.right, result.wrong_if_missing, result.missing_trials) == (0, 0, 0)


def test_each_fold_is_tried_with_a_bar_chosen_without_it():
    result, bars = cross_validated([*CLEAR, *MISSPELT, *ALIKE])
    assert (result.trials, result.right, len(bars)) == (150, 150, 5)
