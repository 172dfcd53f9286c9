async def serve(client, crunch):
    while (question := await client.receive()) is not None:
        answer = 0
        for part in question:
            answer += crunch(part)
            await client.ping()
        await client.send(answer)
