"""08.5: post() pasa a ser una corrutina / post() becomes a coroutine."""


class Outbox:
    def __init__(self):
        self.failed = []

    async def __aenter__(self):
        return self

    async def post(self, send, text):
        try:
            await send(text)
        except OSError:
            self.failed.append(text)

    async def __aexit__(self, *error):
        pass
