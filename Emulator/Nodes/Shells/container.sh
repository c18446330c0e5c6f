# Makes the root of one container and runs its program there. Runs as the first process of new mount and PID namespaces, in those of the pod.
# Says "ready PID" once all is in place, with its process id on the host; goes on when told "pipe", "null" or "tty N" (a terminal of its own).
#
# Arguments: ROOT (an empty folder) PROC-ACCESS (ro: hide what reaches into the host) BUSYBOX (folder for /bin, or "") WORKDIR
#            PRIVILEGES (arguments of setpriv, one word) then SOURCE TARGET ro|rw for each mount, "--", and the program.
set -eu
lab_path=$PATH
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
read -r lab_pid lab_rest </proc/self/stat
lab_proc=$2 lab_busybox=$3 lab_folder=$4 lab_privileges=$5

mount -t tmpfs -o nodev,mode=755 tmpfs "$1"
cd "$1"
shift 5
umask 022
mkdir -p dev/pts dev/shm etc/ssl etc/pki/tls etc/pki/ca-trust home lib mnt old opt proc root run srv sys tmp usr var/cache var/lib var/log var/tmp
chmod 1777 tmp var/tmp
ln -s ../run var/run
mount --bind -o ro /usr usr
for lab_name in bin sbin lib lib32 lib64 libx32 nix; do
    if [ "$lab_name" = bin ] && [ -n "$lab_busybox" ]; then
        mkdir bin
        mount --bind -o ro "$lab_busybox" bin
    elif [ -L "/$lab_name" ]; then
        [ -d "$lab_name" ] && rmdir "$lab_name"
        ln -s "$(readlink "/$lab_name")" "$lab_name"
    elif [ -d "/$lab_name" ]; then
        mkdir -p "$lab_name"
        mount --bind -o ro "/$lab_name" "$lab_name"
    fi
done
for lab_name in ssl/certs ca-certificates pki/tls/certs pki/ca-trust alternatives; do
    if [ -d "/etc/$lab_name" ]; then
        mkdir -p "etc/$lab_name"
        mount --bind -o ro "/etc/$lab_name" "etc/$lab_name"
    fi
done
for lab_name in ld.so.cache ld.so.conf localtime ssl/openssl.cnf; do
    [ -f "/etc/$lab_name" ] && cat "/etc/$lab_name" >"etc/$lab_name"
done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >etc/passwd
printf 'root:x:0:\nnogroup:x:65534:\n' >etc/group
printf 'hosts: files dns\n' >etc/nsswitch.conf

mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm
for lab_name in null zero full random urandom tty; do
    : >"dev/$lab_name"
    mount --bind "/dev/$lab_name" "dev/$lab_name"
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
mount -t proc proc proc
if [ "$lab_proc" = ro ]; then
    for lab_name in sys sysrq-trigger irq bus; do
        [ -e "proc/$lab_name" ] && mount --bind -o ro "proc/$lab_name" "proc/$lab_name"
    done
    [ -e proc/kcore ] && mount --bind dev/null proc/kcore
fi

while [ "$1" != -- ]; do
    if [ -d "$1" ]; then
        mkdir -p "./$2"
    else
        mkdir -p "./$(dirname "$2")"
        : >"./$2"
    fi
    if [ "$3" = ro ]; then
        mount --bind -o ro "$1" "./$2"
    else
        mount --bind "$1" "./$2"
    fi
    shift 3
done
shift

mkdir -p "./$lab_folder"
pivot_root . old
cd /
umount -l old
rmdir old
cd "$lab_folder"
lab_tools=$PATH
PATH=$lab_path
if ! command -v -- "$1" >/dev/null 2>&1; then
    echo "missing $1"
    exit 127
fi
PATH=$lab_tools
echo "ready $lab_pid"
read -r lab_how lab_number
lab_session=
case $lab_how in
    tty) exec <>"/dev/pts/$lab_number" >&0 2>&0; lab_session=-c ;;
    null) exec </dev/null ;;
esac
lab_setsid=$(command -v setsid)
# A lab that was started in the background ignores SIGINT, and so would all that runs in it.
env --default-signal true 2>/dev/null && lab_setsid="$(command -v env) --default-signal $lab_setsid"
lab_setpriv=$(command -v setpriv)
PATH=$lab_path
unset OLDPWD lab_path lab_pid lab_rest lab_proc lab_busybox lab_folder lab_name lab_tools lab_how lab_number
# shellcheck disable=SC2086
exec $lab_setsid $lab_session "$lab_setpriv" $lab_privileges -- "$@"
