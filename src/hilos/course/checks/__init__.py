"""What each exercise asks of an answer: a module a topic, in it a function an exercise, called with the judge.

A check runs the learner's functions (`judge.answer`) in programs of its own, at two sizes at least, so that an answer
written for the numbers of the statement does not pass.  The learner's file never sees it.
"""
