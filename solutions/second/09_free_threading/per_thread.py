"""09.2 Contadores por hilo / Per-thread partials"""

from concurrent.futures import ThreadPoolExecutor


def count(parts, accept):
    def accepted(part):
        return sum(1 for element in part if accept(element))

    # Cada hilo devuelve lo suyo; junta quien llama.
    # Each thread returns its own; the caller merges.
    with ThreadPoolExecutor(max_workers=len(parts)) as pool:
        return sum(pool.map(accepted, parts))
