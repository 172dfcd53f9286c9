"""08.5: enviarlo todo al final, uno detrás de otro / to send all at the end, one after the other."""


class Outbox:
    def __init__(self):
        self.failed = []
        self.waiting = []

    async def __aenter__(self):
        return self

    def post(self, send, text):
        self.waiting.append((send, text))

    async def __aexit__(self, *error):
        for send, text in self.waiting:
            try:
                await send(text)
            except OSError:
                self.failed.append(text)
