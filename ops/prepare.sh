# Sourced by ops/run, ops/test and ops/bench: tools, packages, build, and children that never outlive the script.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
me=ops/$(basename "$0")

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true
# Build nodes and the compiler server would stay for minutes after us; prepare has a compiler server of its own.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

say() { printf '==> %s\n' "$*" >&2; }
die() { printf '%s : %s\n' "$me" "$*" >&2; exit 1; }

# Where the gateway keeps its state when nobody says otherwise: as gateway/Storage/StateFolder does.
state_folder() {
  if [ -n "${EXCHANGE_GATEWAY_STATE:-}" ]; then echo "$EXCHANGE_GATEWAY_STATE"
  elif [ "$(id -u)" = 0 ]; then echo /var/lib/exchange-gateway
  else echo "${XDG_STATE_HOME:-${HOME:?}/.local/state}/exchange-gateway"; fi
}

require_tools() {
  command -v dotnet >/dev/null || die "le SDK .NET 10 est introuvable (commande « dotnet »). Installez-le puis relancez."
  local version; version=$(cd "$root" && dotnet --version 2>/dev/null) || die "un SDK .NET 10 est nécessaire (voir global.json) ; « dotnet --list-sdks » montre ceux de cette machine."
  case $version in 1[0-9].*) ;; *) die "un SDK .NET 10 est nécessaire ; celui-ci est $version." ;; esac
  command -v node >/dev/null && command -v npm >/dev/null || die "Node.js 20 (avec npm) est introuvable. Installez-le puis relancez."
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || die "Node.js 20 ou plus récent est nécessaire ; celui-ci est $(node --version)."
  [ -w "$root" ] || die "le dossier $root n'est pas accessible en écriture pour $(id -un) : copiez le dépôt dans un dossier à vous."
}

# Children are ended by their own id, last started first: TERM, then KILL for one that does not go.
children=()
start() { "$@" & children+=("$!"); }
stop_children() {
  local pid i
  for ((i = ${#children[@]} - 1; i >= 0; i--)); do
    pid=${children[i]}
    kill -TERM "$pid" 2>/dev/null || continue
    for _ in {1..200}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  children=()
}

# Runs a command to its end, in the background so that a signal to this script is handled at once.
step() {
  local code=0
  start "$@"
  wait "${children[-1]}" || code=$?
  unset 'children[-1]'
  return "$code"
}

# on_exit COMMAND…: at the end, and on Ctrl-C, TERM or a closed terminal, stops the children, then runs COMMAND.
on_exit() {
  at_exit=("$@")
  trap 'code=$?; trap "" INT TERM HUP; stop_children; "${at_exit[@]}"; exit "$code"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# prepare SOLUTION: npm's part, NuGet's part as the lock files say, Release build of SOLUTION without any warning.
# Packages are those of every project, so that after one of the commands the others need no network.
prepare() {
  # For the compilers, which trust what they compile and live for a minute: neither pages made writable anew for each method,
  # nor code that counts itself.
  local -x DOTNET_EnableWriteXorExecute=0 DOTNET_TieredPGO=0
  require_tools
  step "$root/ops/npm/install" || die "l'installation des paquets npm a échoué."
  say "Paquets NuGet"
  step dotnet restore "$root/ExchangeGateway.sln" --locked-mode -v q || die "la restauration des paquets NuGet a échoué. (Après un changement de paquet ou de référence : dotnet restore --force-evaluate, puis validez les packages.lock.json.)"
  say "Compilation"
  start_compiler
  # « dotnet build » would print its summary even when there is nothing to say.
  step dotnet msbuild "$root/$1" -p:Configuration=Release -v:q -nologo -clp:NoSummary "${shared[@]}" || die "la compilation a échoué."
  [ ${#shared[@]} = 0 ] || step dotnet "$compiler" -shutdown "-pipename:exchange-gateway-$$" >/dev/null 2>&1 || true
  stop_children
}

# A compiler for all projects, which are compiled in half of the time: the analyzers are made ready once. It is our child and
# ends with us. Where the SDK keeps it elsewhere each project has its own, as before.
start_compiler() {
  shared=()
  local version
  version=$(cd "$root" && dotnet --version)
  compiler=$(dotnet --list-sdks | sed -n "s|^$version \\[\\(.*\\)\\]\$|\\1/$version/Roslyn/bincore/VBCSCompiler.dll|p")
  [ -f "$compiler" ] || return 0
  start dotnet "$compiler" "-pipename:exchange-gateway-$$" >/dev/null 2>&1
  shared=(-p:UseSharedCompilation=true "-p:SharedCompilationId=exchange-gateway-$$")
}
