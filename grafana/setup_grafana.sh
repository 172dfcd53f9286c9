#!/usr/bin/env bash
# Puts the course's data source and dashboard into a Grafana that you installed yourself, without Docker.
#   cd grafana && ./setup_grafana.sh            (HILOS_LANG=en for English)
# GRAFANA_URL (http://127.0.0.1:3000), PROMETHEUS_URL (http://127.0.0.1:9090), GRAFANA_USER (admin),
# GRAFANA_PASSWORD (asked for if it is not there) or GRAFANA_TOKEN.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 2
GRAFANA_URL=${GRAFANA_URL:-http://127.0.0.1:3000}
PROMETHEUS_URL=${PROMETHEUS_URL:-http://127.0.0.1:9090}
GRAFANA_USER=${GRAFANA_USER:-admin}

say() {
  case ${HILOS_LANG:-${LC_ALL:-${LANG:-es}}} in
    en*) printf '%s\n' "$2" ;;
    *) printf '%s\n' "$1" ;;
  esac
}
die() { say "$1" "$2" >&2 && exit 2; }

command -v curl >/dev/null 2>&1 || die 'Hace falta curl.' 'curl is needed.'
python=$(command -v python3) || die 'Hace falta python3.' 'python3 is needed.'

if ! curl --silent --fail --max-time 5 "$GRAFANA_URL/api/health" >/dev/null; then
  die "Grafana no responde en $GRAFANA_URL. Instálala y arráncala:
  Debian y Ubuntu: https://grafana.com/docs/grafana/latest/setup-grafana/installation/debian/
  macOS: brew install grafana && brew services start grafana
y repite; si escucha en otro sitio: GRAFANA_URL=http://… ./setup_grafana.sh" \
    "Grafana does not answer at $GRAFANA_URL. Install and start it:
  Debian and Ubuntu: https://grafana.com/docs/grafana/latest/setup-grafana/installation/debian/
  macOS: brew install grafana && brew services start grafana
and repeat; if it listens elsewhere: GRAFANA_URL=http://… ./setup_grafana.sh"
fi
if ! curl --silent --fail --max-time 5 "$PROMETHEUS_URL/-/ready" >/dev/null; then
  say "Aviso: Prometheus no responde en $PROMETHEUS_URL; los paneles estarán vacíos hasta que lo haga (./run.sh start --stack)." \
    "Note: Prometheus does not answer at $PROMETHEUS_URL; panels stay empty until it does (./run.sh start --stack)."
fi

# Credentials go through curl's standard input: arguments can be read by every user of the machine.
if [ -z "${GRAFANA_TOKEN:-}" ] && [ -z "${GRAFANA_PASSWORD:-}" ]; then
  [ -t 0 ] || die 'Define GRAFANA_PASSWORD o GRAFANA_TOKEN.' 'Set GRAFANA_PASSWORD or GRAFANA_TOKEN.'
  printf '%s: ' "Grafana ($GRAFANA_USER)" >&2
  stty -echo && IFS= read -r GRAFANA_PASSWORD
  stty echo && echo >&2
fi

quoted() { # for curl's configuration syntax
  printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'
}
credentials() {
  if [ -n "${GRAFANA_TOKEN:-}" ]; then
    printf 'header = "Authorization: Bearer %s"\n' "$(quoted "$GRAFANA_TOKEN")"
  else
    printf 'user = "%s:%s"\n' "$(quoted "$GRAFANA_USER")" "$(quoted "$GRAFANA_PASSWORD")"
  fi
}
call() { # call METHOD PATH FILE : prints the status code; the answer is kept in $answer
  credentials | curl --config - --silent --max-time 20 --output "$answer" --write-out '%{http_code}' \
    --request "$1" --header 'Content-Type: application/json' --data-binary "@$3" "$GRAFANA_URL$2"
}

work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
answer=$work/answer
"$python" - "$PROMETHEUS_URL" >"$work/source.json" <<'PY'
import json, sys
print(json.dumps({"name": "Prometheus (hilos)", "uid": "hilos-prometheus", "type": "prometheus", "access": "proxy",
                  "url": sys.argv[1], "jsonData": {"httpMethod": "POST", "timeInterval": "5s"}}))
PY
"$python" - dashboards/dashboards.json >"$work/dashboard.json" <<'PY'
import json, sys
print(json.dumps({"dashboard": json.load(open(sys.argv[1], encoding="utf-8")), "overwrite": True}))
PY

status=$(call POST /api/datasources "$work/source.json")
if [ "$status" = 409 ]; then # there already: bring it up to date
  status=$(call PUT /api/datasources/uid/hilos-prometheus "$work/source.json")
fi
case $status in
  200) say 'Fuente de datos: lista.' 'Data source: ready.' ;;
  401 | 403) die 'Grafana no acepta esas credenciales.' 'Grafana does not accept those credentials.' ;;
  *) die "Grafana respondió $status a la fuente de datos: $(head -c 300 "$answer")" \
    "Grafana answered $status to the data source: $(head -c 300 "$answer")" ;;
esac
status=$(call POST /api/dashboards/db "$work/dashboard.json")
[ "$status" = 200 ] || die "Grafana respondió $status al panel: $(head -c 300 "$answer")" \
  "Grafana answered $status to the dashboard: $(head -c 300 "$answer")"
say "Panel listo: $GRAFANA_URL/d/hilos-concurrencia" "Dashboard ready: $GRAFANA_URL/d/hilos-concurrencia"
