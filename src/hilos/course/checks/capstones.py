"""Checks of topic 10, capstones."""

from functools import partial

from hilos.course.catalogue import Text
from hilos.course.checks.panels import read_the_panel
from hilos.course.checks.whole_system import whole_system
from hilos.course.gates import Judge
from hilos.course.puzzle import CORRECT, order
from hilos.explore import Trouble

__all__ = ["ai_review", "read_the_panel", "whole_system"]


def ai_review(judge: Judge) -> None:
    """Each of six answers is proved correct, or replayed to what it promised not to do."""
    answer = judge.answer
    ended = Text("que todo sale bien", "everything going well")
    asked = partial(order, judge, setup=answer.State, none=CORRECT)
    asked(
        "ONE",
        workers=(answer.buy, answer.buy),
        wanted=Text("Se busca vender lo que no hay", "What is wanted is selling what there is not"),
        goal=lambda state: state.stock < 0,
        shown=lambda state: f"stock = {state.stock}",
    )
    asked(
        "TWO",
        workers=(answer.load, answer.load),
        wanted=Text("Se busca cargar dos veces", "What is wanted is loading twice"),
        goal=lambda state: state.loads == 2,
        shown=lambda state: f"loads = {state.loads}",
    )
    asked(
        "THREE",
        workers=(answer.take, answer.put),
        wanted=Text("Se busca que take() no termine", "What is wanted is take() not coming to its end"),
        troubles=(Trouble.STUCK, Trouble.DEADLOCK),
        shown=lambda state: str(ended),
    )
    asked(
        "FOUR",
        workers=(answer.join, answer.join),
        wanted=Text("Se busca que falte alguien en la lista", "What is wanted is somebody missing in the list"),
        goal=lambda state: [len(people) for people in state.rooms.values()] != [2],
        troubles=(Trouble.INVARIANT, Trouble.EXCEPTION),
        shown=lambda state: f"rooms = {state.rooms}",
    )
    asked(
        "FIVE",
        workers=(answer.hit, answer.look),
        wanted=Text("Se busca que se vean más aciertos que tiros", "What is wanted is more hits seen than shots"),
        goal=lambda state: state.seen[0] > state.seen[1],
        shown=lambda state: f"seen = {state.seen}",
    )
    asked(
        "SIX",
        workers=(answer.tick, answer.tick),
        wanted=Text("Se busca que alguien reciba una excepción", "What is wanted is somebody getting an exception"),
        troubles=(Trouble.DOUBLE_RELEASE, Trouble.EXCEPTION),
        shown=lambda state: str(ended),
    )
