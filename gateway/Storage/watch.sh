# Keeps a PostgreSQL server for exactly as long as the gateway that started it lives. The gateway holds the other end of
# this script's standard input and never writes to it: when the gateway ends in any way, kill -9 included, the kernel
# closes that end, the read below returns, and the server is told to stop.
# Arguments: log file, socket folder (made and removed here), its owner as uid:gid or nothing, seconds before the hard stop,
# then the command that becomes the server.
log=$1 sockets=$2 owner=$3 grace=$4
shift 4
# Whatever the gateway itself inherited (lock files of scripts, pipes of its terminal) must not live as long as the server.
exec 3<&0 </dev/null >>"$log" 2>&1 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-

mkdir -m 700 "$sockets" || exit 1
if [ -n "$owner" ]; then chown "$owner" "$sockets"; fi
"$@" 3<&- &
server=$!
trap 'kill -INT "$server" 2>/dev/null' HUP INT TERM

# A process of its own, so that killing the one that waits still leaves one that stops the server.
(
    trap '' HUP INT TERM
    read -r _ <&3
    exec 3<&-
    tenths=0
    # SIGINT is PostgreSQL's fast stop; SIGTERM would wait for pooled connections. Sent again until the server is gone: a
    # server that has not yet set its handlers loses the first ones. SIGQUIT stops it hard; the next start replays the log.
    while kill -INT "$server" 2>/dev/null && [ "$tenths" -lt "$((grace * 10 + 300))" ]; do
        sleep 0.1
        tenths=$((tenths + 1))
        if [ "$tenths" -ge "$((grace * 10))" ]; then kill -QUIT "$server" 2>/dev/null; fi
    done
) &
guard=$!
exec 3<&-

# A trapped signal interrupts the wait: go on until the server is really gone.
while :; do
    wait "$server"
    status=$?
    kill -0 "$server" 2>/dev/null || break
done
kill -KILL "$guard" 2>/dev/null
wait "$guard" 2>/dev/null
rm -f "$sockets"/.s.PGSQL.*
rmdir "$sockets"
exit "$status"
