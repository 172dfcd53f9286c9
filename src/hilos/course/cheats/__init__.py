"""Cheats that are derived from an exercise by its syntax tree, each of which has to be refused with a sentence.

They are the ways around an exercise that do not depend on what it is about: threads deleted, start and join in one
loop, one lock around everything, sleeping or asking again and again instead of waiting, exceptions swallowed, leaving
early, the test's sizes picked out, the tools patched, the judge read, ended, or talked over.

derive.py      which of them apply to an exercise, and their texts
rewriting.py   those that rewrite a solution or the exercise as it was given
preludes.py    those that put something before it
trying.py      tries them: what the contract lets through is judged
"""
