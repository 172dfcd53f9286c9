"""Exercises that cannot be passed by luck: their catalogue, how an answer is judged, and what a learner has done.

catalogue.py    exercises/info.toml as data
contract.py     what an answer must not do, read from its source before it is run
gates.py        the questions put to the explorer, and the lamps that show their answers
checks/         which questions each exercise asks
judging.py      all questions for one answer, in this process
grader.py       the same in a child process with limits: what everybody calls
progress.py     what the learner has solved
"""
