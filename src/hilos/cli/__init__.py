"""One file per command of `hilos`."""
