# The course's image: the lessons and the package, nothing that builds them.
FROM python:3.13.7-slim-bookworm AS build
WORKDIR /course
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
# What is installed changes seldom, the lessons often: first the package, so that its layer is kept.
COPY pyproject.toml requirements.txt README.en.md LICENSE ./
COPY src ./src
# hadolint ignore=DL3013  # what is installed is this folder; its requirements are pyproject.toml's
RUN pip install --no-cache-dir --disable-pip-version-check '.[course]'

FROM python:3.13.7-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin hilos
WORKDIR /course
COPY --from=build /venv /venv
COPY basics ./basics
COPY workers ./workers
COPY websockets ./websockets
COPY monitoring ./monitoring
COPY advanced ./advanced
COPY examples ./examples
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HILOS_ROOT=/course
USER 10001
EXPOSE 8000 8001 8002 8003 8765 8099
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-m", "hilos", "health"]
CMD ["python", "basics/01_threading_basics.py"]
