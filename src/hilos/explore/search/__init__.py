"""Which schedule next.  A strategy never sees a fibre: it is given traces and gives plans."""
