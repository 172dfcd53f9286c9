"""The lab: the course in a browser, served from this machine to this machine.

    lesson (a process of its own) -> server (asyncio, runs no learner's code) -> browser (ES modules, no build step)

`emitter` lives in the lesson's process and needs the standard library only; everything else is the server.
"""
