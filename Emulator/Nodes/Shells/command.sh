# Runs one more program in a container, as the container's own: in a session of its own, on a terminal if it has one.
# Arguments: TERMINAL ("-": none) WORKDIR PRIVILEGES (arguments of setpriv, one word) and the program.
lab_path=$PATH
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
lab_session=
if [ "$1" != - ]; then
    exec <>"/dev/pts/$1" >&0 2>&0
    lab_session=-c
fi
cd "$2" || exit 126
lab_privileges=$3
shift 3
lab_setsid=$(command -v setsid)
# A lab that was started in the background ignores SIGINT, and so would all that runs in it.
env --default-signal true 2>/dev/null && lab_setsid="$(command -v env) --default-signal $lab_setsid"
lab_setpriv=$(command -v setpriv)
PATH=$lab_path
unset OLDPWD lab_path
# shellcheck disable=SC2086
exec $lab_setsid $lab_session "$lab_setpriv" $lab_privileges -- "$@"
