"""Stops an answer in the act: CPython announces to audit hooks what no exercise needs, whatever name it is done by.

`hilos.course.tricks` reads what is written; this hears what is done, by the frame that does it.  An audit hook cannot
be taken away again, so one is installed in a process that belongs to one answer (`hilos.course.child`).
"""

import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from hilos.locale import translator

_ = translator("course")

_OURS = str(Path(__file__).parent.parent)
_PROCESSES = str(Path(multiprocessing.__file__).parent)
"""Starts processes, which a program may well do by it; those of an answer are killed with the answer."""
_AT_ONCE = frozenset(
    {
        "sys._current_frames", "sys._current_exceptions", "sys.settrace",
        "sys.setprofile", "sys.addaudithook", "sys.excepthook", "sys.unraisablehook",
        "object.__setattr__", "object.__delattr__", "exec", "compile", "code.__new__", "function.__new__",
        "builtins.input", "sys.monitoring.register_callback", "cpython.run_command",
    }
)  # fmt: skip
"""What the library does too on an answer's behalf: refused only where the answer itself does it.

`sys._getframe` and the attributes of frames and functions are not among them: the explorer asks for them at every
step.  They are refused where they are written.
"""
_ANYWHERE = frozenset(
    {
        "open", "gc.get_objects", "gc.get_referrers", "gc.get_referents", "os.listdir", "os.scandir", "os.remove",
        "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.chdir",
        "os.utime", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "os.kill",
        "os.killpg", "os.putenv", "os.walk", "shutil.copyfile", "shutil.move", "shutil.rmtree", "glob.glob",
        "tempfile.mkstemp", "tempfile.mkdtemp", "pathlib.Path.glob", "subprocess.Popen", "pty.spawn",
        "socket.__new__", "signal.pthread_kill", "resource.setrlimit", "resource.prlimit", "mmap.__new__",
        "ctypes.dlopen", "ctypes.dlsym", "ctypes.cdata", "fcntl.fcntl", "fcntl.flock", "syslog.syslog",
    }
)  # fmt: skip
"""What is refused also where the library does it on the answer's behalf."""
_EITHER = _AT_ONCE | _ANYWHERE
_READS_SOURCE = ("importlib", "linecache", "tokenize", "traceback", "zipimport", "<frozen")


def arm(answer: Path, caught: Callable[[str], object]) -> None:
    """Watch the code in the file `answer` from now on, for as long as this process lives.

    Arguments:
        answer: the learner's file.
        caught: is given a sentence with the line; is not expected to return.
    """
    file = str(answer)
    busy = [False]  # what the hook does itself is announced too

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event not in _EITHER or busy[0]:
            return
        if event == "sys.settrace" and sys.gettrace() is not None:
            # CPython drops a trace function that raises, in the name of whoever is traced.  Ours does when time is up
            # while it looks (the story of an endless loop); an answer's own is heard when it sets the first.
            return
        busy[0] = True
        try:
            look(event, arguments)
        finally:
            busy[0] = False

    def look(event: str, arguments: tuple[object, ...]) -> None:
        frame: FrameType | None = sys._getframe(2)
        if event not in _AT_ONCE:
            frame = _whose(frame, file)
        if frame is not None and frame.f_code.co_filename == file:
            what = event
            if event.startswith("object.") and len(arguments) > 1:
                what = str(arguments[1])
            caught(_("Línea {line}: {name} no se puede usar aquí").format(line=frame.f_lineno, name=what))

    sys.addaudithook(hook)


def _whose(frame: FrameType | None, file: str) -> FrameType | None:
    """The answer's frame on whose behalf `frame` works; None if it is the course that asked, or Python that loads."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name == file:
            return frame
        if name.startswith((_OURS, "<frozen importlib", _PROCESSES)) or Path(name).stem in _READS_SOURCE:
            return None
        frame = frame.f_back
    return None
