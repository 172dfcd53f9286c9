#!/usr/bin/env bash
# hilos: everything a learner does, one verb each.  ./run.sh help
# Works with bash 3.2 (macOS).  The work is done in Python (`hilos services`); here is what must work before it is there.
set -u

LANGUAGE_CHOSEN=es
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 2
ROOT=$PWD
VENV=$ROOT/.venv
PY=$VENV/bin/python
export HILOS_ROOT=$ROOT

# --- language -------------------------------------------------------------------------------------------------------

language() { # the same rule as hilos.locale: HILOS_LANG, else the locale, else Spanish
  local value
  for value in "${HILOS_LANG:-}" "${LC_ALL:-}" "${LC_MESSAGES:-}" "${LANG:-}"; do
    case $value in
      '' | C | C.* | POSIX) ;;
      es*) echo es && return ;;
      en*) echo en && return ;;
      *) [ "$value" = "${HILOS_LANG:-}" ] || { echo en && return; } ;; # another language: English
    esac
  done
  echo es
}

say() { # say "español" "English"
  if [ "$LANGUAGE_CHOSEN" = en ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi
}

die() { # die "español" "English"
  say "$1" "$2" >&2
  exit 2
}

# --- python and the virtual environment -----------------------------------------------------------------------------

find_python() {
  local candidate
  for candidate in ${HILOS_PYTHON:+"$HILOS_PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

fingerprint() { # of what decides what is installed, and of where: a moved copy is installed anew
  { echo "$ROOT" && cat requirements.txt pyproject.toml; } | cksum
}

install() { # install REQUIREMENT... : into .venv, which is made if it is not there
  local python
  if [ ! -x "$PY" ] || ! "$PY" -c '' >/dev/null 2>&1; then
    python=$(find_python) || die \
      'hilos necesita Python 3.11 o posterior y no lo encuentra. Instálalo, o di cuál es: HILOS_PYTHON=/ruta/python3 ./run.sh setup' \
      'hilos needs Python 3.11 or later and cannot find it. Install it, or say which: HILOS_PYTHON=/path/python3 ./run.sh setup'
    [ -w "$ROOT" ] || die \
      "No tienes permiso para escribir en $ROOT. Clona el curso en una carpeta tuya." \
      "You may not write in $ROOT. Clone the course into a folder of your own."
    say "Creo el entorno virtual .venv con $("$python" -V 2>&1)…" "Making the virtual environment .venv with $("$python" -V 2>&1)…"
    rm -rf "$VENV"
    if command -v uv >/dev/null 2>&1; then
      uv venv --quiet --python "$python" "$VENV" || exit 2
    elif ! "$python" -m venv "$VENV" >"$ROOT/.venv-error" 2>&1; then
      cat "$ROOT/.venv-error" >&2
      rm -rf "$VENV" "$ROOT/.venv-error"
      die 'No se pudo crear el entorno virtual. En Debian y Ubuntu: sudo apt install python3-venv' \
        'The virtual environment could not be made. On Debian and Ubuntu: sudo apt install python3-venv'
    fi
    rm -f "$ROOT/.venv-error"
    : >"$VENV/.made-by-hilos"
  fi
  say 'Instalo lo que falta (la primera vez tarda un minuto)…' 'Installing what is missing (the first time takes a minute)…'
  if command -v uv >/dev/null 2>&1; then
    uv pip install --quiet --python "$PY" "$@"
  else
    "$PY" -m pip install --quiet --disable-pip-version-check "$@"
  fi || die 'La instalación falló; arriba está el motivo. Con la red de vuelta, repite ./run.sh setup' \
    'The installation failed; the reason is above. With the network back, repeat ./run.sh setup'
}

install_once() { # install_once STAMP REQUIREMENT... : nothing to do, and no network needed, where it is done already
  local stamp=$VENV/.hilos-$1
  shift
  if [ -x "$PY" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ] && "$PY" -c 'import hilos' >/dev/null 2>&1; then
    return 0
  fi
  install "$@"
  fingerprint >"$stamp"
}

need_setup() { install_once course -r requirements.txt; }

hilos() { "$PY" -m hilos "$@"; }

lesson() { # lesson PATH ARGUMENTS...
  say "" ""
  say "▶ python3 $*" "▶ python3 $*"
  HILOS_LANG=$LANGUAGE_CHOSEN "$PY" "$@"
}

# --- docker ---------------------------------------------------------------------------------------------------------

docker_there() { # a daemon that answers and some form of compose
  command -v docker >/dev/null 2>&1 && docker info >/dev/null 2>&1 || return 1
  docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null 2>&1
}

compose() {
  if docker compose version >/dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi
}

need_docker() {
  docker_there || die \
    'Docker no está, o su servicio no responde. Instálalo (https://docs.docker.com/get-docker/) o sigue sin él: ./run.sh start --stack' \
    'Docker is not there, or its daemon does not answer. Install it (https://docs.docker.com/get-docker/) or go on without: ./run.sh start --stack'
}

docker_start() {
  need_docker
  if [ -z "${GRAFANA_ADMIN_PASSWORD:-}" ] && [ ! -f .env ]; then
    # No default password: a random one, kept where only the owner reads it.
    (umask 077 && printf 'GRAFANA_ADMIN_PASSWORD=%s\n' "$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')" >.env)
    say 'He creado una contraseña para Grafana (usuario admin) en el archivo .env' \
      'I have made a password for Grafana (user admin) in the file .env'
  fi
  compose up --detach --build --wait || return 1
  say 'Grafana: http://127.0.0.1:3000 · Prometheus: http://127.0.0.1:9090 · Alertmanager: http://127.0.0.1:9093' \
    'Grafana: http://127.0.0.1:3000 · Prometheus: http://127.0.0.1:9090 · Alertmanager: http://127.0.0.1:9093'
}

# --- verbs ----------------------------------------------------------------------------------------------------------

setup() {
  need_setup
  if [ "${HILOS_NO_DOCKER:-}" != 1 ] && docker_there && [ -f docker-compose.yml ]; then
    say 'Docker responde: arranco el curso y su monitorización en contenedores.' \
      'Docker answers: starting the course and its monitoring in containers.'
    if docker_start; then
      hilos services start lab && hilos services status
      hilos lab --show
      return
    fi
    say 'Docker no ha podido con todo: sigo sin él.' 'Docker could not do it all: going on without.'
    compose down >/dev/null 2>&1
  else
    say 'Sin Docker: el curso entero funciona; Grafana necesita Docker (README_DOCKER.md).' \
      'No Docker: the whole course works; Grafana needs Docker (docs/en/README_DOCKER.md).'
  fi
  hilos services start || return
  say "
Listo. Tu primera carrera, en menos de un minuto:
    ./run.sh demo-basic
    .venv/bin/python advanced/race_conditions/01_race_conditions.py --once
Métricas: http://127.0.0.1:8000/metrics   Página: http://127.0.0.1:8765/   Estado: ./run.sh status
Y el curso entero en el navegador, con sus hilos en directo:" "
Ready. Your first race, in less than a minute:
    ./run.sh demo-basic
    .venv/bin/python advanced/race_conditions/01_race_conditions.py --once
Metrics: http://127.0.0.1:8000/metrics   Page: http://127.0.0.1:8765/   State: ./run.sh status
And the whole course in a browser, its threads live:"
  hilos lab --show
}

run_tests() {
  install_once dev -e '.[course,dev]'
  if [ $# -gt 0 ]; then
    "$PY" -m pytest "$@"
    return
  fi
  # The whole suite on several cores: most tests wait for processes, browsers and clocks.  What compares times comes
  # after it, alone.
  local status=0
  "$PY" -m pytest -n auto --maxprocesses 4 --dist loadfile -m 'not alone' || status=$?
  [ $status -le 1 ] || return $status
  "$PY" -m pytest -m alone && return $status
}

demo_basic() {
  need_setup
  lesson basics/01_threading_basics.py "$@" && lesson basics/02_multiprocessing_basics.py "$@"
}

demo_full() {
  need_setup
  lesson examples/demo_completo.py "$@"
}

demo_ws() {
  need_setup
  hilos services start websocket || return
  say 'Página: http://127.0.0.1:8765/ (o abre websockets/websocket_client.html)' \
    'Page: http://127.0.0.1:8765/ (or open websockets/websocket_client.html)'
  lesson websockets/websocket_server.py client "$@"
}

clean() {
  if [ -x "$PY" ] && "$PY" -c 'import hilos' >/dev/null 2>&1; then hilos services stop; fi
  find . -name .git -prune -o -name '.venv*' -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
  rm -rf .hilos .pytest_cache .mypy_cache .ruff_cache .hypothesis src/hilos.egg-info
  rm -f websockets/websocket_key.js # the key of a page opened by hand; the server makes another
  # An environment that somebody made by hand is theirs.
  if [ -e "$VENV/.made-by-hilos" ]; then rm -rf "$VENV"; fi
  say 'Limpio: quedan tus archivos y el curso como se clonó.' 'Clean: your files stay, and the course as it was cloned.'
}

usage() {
  say 'Uso: ./run.sh ORDEN [opciones]        (HILOS_LANG=en ./run.sh … para inglés)

  setup                    instala y arranca el curso
  start [SERVICIO…]        arranca los servicios (8000-8003, 8765 y 8800);
                           con --stack, también Prometheus y compañía
  stop [SERVICIO…]         para lo que start arrancó
  restart [SERVICIO…]      para y arranca
  status                   qué está en marcha; falla si un servicio no responde
  logs [SERVICIO…] [-f]    lo último que dijeron; -f sigue

  docker-start             todo en contenedores, con Grafana
  docker-stop              para los contenedores
  docker-logs [-f]         sus registros

  demo-basic               hilos y procesos
  demo-full                el sistema completo de procesamiento de imágenes
  demo-ws                  servidor y cliente WebSocket

  lab                      el curso en el navegador, en esta máquina
  test                     pasa las pruebas
  clean                    borra lo que run.sh creó, y nada más
  help                     esta ayuda' \
    'Usage: ./run.sh VERB [options]         (HILOS_LANG=es ./run.sh … for Spanish)

  setup                    install and start the course
  start [SERVICE…]         start the services (ports 8000-8003, 8765, 8800);
                           with --stack, Prometheus and company too
  stop [SERVICE…]          stop what start started
  restart [SERVICE…]       stop and start
  status                   what is running; fails if a service does not answer
  logs [SERVICE…] [-f]     the last that they said; -f follows

  docker-start             everything in containers, with Grafana
  docker-stop              stop the containers
  docker-logs [-f]         their logs

  demo-basic               threads and processes
  demo-full                the complete image-processing system
  demo-ws                  WebSocket server and client

  lab                      the course in a browser, on this machine
  test                     run the tests
  clean                    remove what run.sh made, and nothing else
  help                     this help'
}

while [ $# -gt 0 ]; do
  case $1 in
    --lang=*) set -- --lang "${1#--lang=}" "${@:2}" ;;
    --lang)
      case ${2:-} in es | en) HILOS_LANG=$2 ;; *) die '--lang es o --lang en' '--lang es or --lang en' ;; esac
      shift 2
      ;;
    *) break ;;
  esac
done
[ -z "${HILOS_LANG:-}" ] || export HILOS_LANG
LANGUAGE_CHOSEN=$(language)
export HILOS_LANG=$LANGUAGE_CHOSEN

verb=${1:-help}
[ $# -eq 0 ] || shift
case $verb in
  setup) setup ;;
  start | stop | restart | status | logs) need_setup && hilos services "$verb" "$@" ;;
  docker-start) docker_start ;;
  docker-stop) need_docker && compose down "$@" ;;
  docker-logs) need_docker && compose logs "$@" ;;
  demo-basic) demo_basic "$@" ;;
  demo-full) demo_full "$@" ;;
  demo-ws) demo_ws "$@" ;;
  lab) need_setup && hilos lab "$@" ;;
  test) run_tests "$@" ;;
  install-dev) install_once dev -e '.[course,dev]' ;; # for tools/check
  clean) clean ;;
  help | -h | --help) usage ;;
  *)
    say "No existe la orden «$verb»." "There is no verb \"$verb\"." >&2
    say 'Las que hay: ./run.sh help' 'Those there are: ./run.sh help' >&2
    exit 2
    ;;
esac
