"""The system of capstone 10.2 as it should be, and the spoiled versions that a learner's tests have to tell from it.

service.py    the good version
mutants.py    twelve spoiled ones, each a change of a few lines of it
"""
