"""10.3 Lee el panel / Read the dashboard

Cinco servicios de tres trabajadores, grabados segundo a segundo. Cada uno pasa sus
pruebas y tiene un fallo: contención, convoy, livelock, inanición o fuga. De cada uno,
escribe cuál, en quién se ve y en qué segundos: "convoy ana 3-5".

Five services of three workers, recorded second by second. Each passes its tests and
has a bug: contention, convoy, livelock, starvation or leak. Of each, write which one,
in whom it shows and in which seconds: "convoy ana 3-5".

#  trabaja con el lock o el permiso / works with the lock or the permit
D  espera al disco, con el lock     / waits for the disk, with the lock
.  espera el lock o el permiso      / waits for the lock or the permit
w  trabaja sin él                   / works without it
x  deshace, para volver a probar    / undoes, to try again
!  falla, con el permiso            / fails, with the permit
"""

# TODO: qué falla, quién, segundos / what is wrong, who, seconds
A = ""
B = ""
C = ""
D = ""
E = ""

PANELS = """
A                 012345678901234567890123
hechos / done     011011011011011011011010
esperan / waiting 001111111111111111111111
en uso / in use   121121121121121121121121
CPU               332222222222222222222222
ana               ##w##w##w##w##w##w##w##w
luis              w##w##w##w##w##w##w##w##
eva               ww......................

B                 012345678901234567890123
hechos / done     030020020110101010100000
esperan / waiting 000000010100102121212223
en uso / in use   330331332333333333333333
CPU               333332323233131212121010
ana               ##w##w##w##w.##w...##!w.
luis              ##w##!w.##w##w.##w......
eva               ##w##w##w.##!w...##w....

C                 012345678901234567890123
hechos / done     010101010101010101010100
esperan / waiting 221212121212121212121212
en uso / in use   111111111111111111111111
CPU               112121212121212121212121
ana               ##w...##w...##w...##w...
luis              ..##w...##w...##w...##w.
eva               ....##w...##w...##w...##

D                 012345678901234567890123
hechos / done     000000000000000000000000
esperan / waiting 000000000000000000000000
en uso / in use   333333333333333333333333
CPU               333333333333333333333333
ana               #x#x#x#x#x#x#x#x#x#x#x#x
luis              #x#x#x#x#x#x#x#x#x#x#x#x
eva               #x#x#x#x#x#x#x#x#x#x#x#x

E                 012345678901234567890123
hechos / done     100011100011100011100010
esperan / waiting 212221112221112221112221
en uso / in use   111111111111111111111111
CPU               110002210002210002210002
ana               #w....#w....#w....#w....
luis              .DDDDw.DDDDw.DDDDw.DDDDw
eva               .....#w....#w....#w....#
"""
