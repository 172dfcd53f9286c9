"""Checks of topic 10, capstones."""

from typing import Any

from hilos.course.catalogue import Text
from hilos.course.checks.whole_system import whole_system
from hilos.course.gates import Judge
from hilos.course.puzzle import CORRECT, order
from hilos.explore import Trouble

__all__ = ["ai_review", "whole_system"]


def ai_review(judge: Judge) -> None:
    """Each of six answers is proved correct, or replayed to what it promised not to do."""
    answer = judge.answer
    ended = Text("que todo sale bien", "everything going well")
    # Name, threads, what is wrong if anything is, what tells it, findings that count, the state in words.
    snippets: tuple[tuple[str, tuple[Any, Any], Text, Any, tuple[Trouble, ...], Any], ...] = (
        (
            "ONE",
            (answer.buy, answer.buy),
            Text("Se busca vender lo que no hay", "What is wanted is selling what there is not"),
            lambda state: state.stock < 0,
            (Trouble.INVARIANT,),
            lambda state: f"stock = {state.stock}",
        ),
        (
            "TWO",
            (answer.load, answer.load),
            Text("Se busca cargar dos veces", "What is wanted is loading twice"),
            lambda state: state.loads == 2,
            (Trouble.INVARIANT,),
            lambda state: f"loads = {state.loads}",
        ),
        (
            "THREE",
            (answer.take, answer.put),
            Text("Se busca que take() no termine", "What is wanted is take() not coming to its end"),
            None,
            (Trouble.STUCK, Trouble.DEADLOCK),
            lambda state: str(ended),
        ),
        (
            "FOUR",
            (answer.join, answer.join),
            Text("Se busca que falte alguien en la lista", "What is wanted is somebody missing in the list"),
            lambda state: [len(people) for people in state.rooms.values()] != [2],
            (Trouble.INVARIANT, Trouble.EXCEPTION),
            lambda state: f"rooms = {state.rooms}",
        ),
        (
            "FIVE",
            (answer.hit, answer.look),
            Text("Se busca que se vean más aciertos que tiros", "What is wanted is more hits seen than shots"),
            lambda state: state.seen[0] > state.seen[1],
            (Trouble.INVARIANT,),
            lambda state: f"seen = {state.seen}",
        ),
        (
            "SIX",
            (answer.tick, answer.tick),
            Text("Se busca que alguien reciba una excepción", "What is wanted is somebody getting an exception"),
            None,
            (Trouble.DOUBLE_RELEASE, Trouble.EXCEPTION),
            lambda state: str(ended),
        ),
    )
    for name, workers, wanted, goal, troubles, shown in snippets:
        order(
            judge,
            name,
            setup=answer.State,
            workers=workers,
            wanted=wanted,
            goal=goal,
            troubles=troubles,
            shown=shown,
            none=CORRECT,
        )
