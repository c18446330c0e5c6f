#!/usr/bin/env bash
# Makes an image of a built program without any registry: this machine's shell, curl and .NET with the libraries that they ask for, on an empty root.
# For tests, on Debian and its like.  usage: build/image-from-debian.sh PROGRAM.dll IMAGE
set -euo pipefail
program=$(realpath "$1") image=$2
engine=${LAB_ENGINE:-docker}
dotnet=$(dirname "$(realpath "$(command -v dotnet)")")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

mkdir -p "$root"/{bin,app,etc,tmp,usr/bin,usr/share/dotnet/shared}
cp "$(command -v busybox)" "$root/bin/busybox"
for applet in sh cat ls env id ps wget; do ln -s busybox "$root/bin/$applet"; done
cp "$(command -v curl)" "$root/usr/bin/curl"
cp -r "$(dirname "$program")/." "$root/app/"
cp "$dotnet/dotnet" "$root/usr/share/dotnet/dotnet"
cp -r "$dotnet/host" "$root/usr/share/dotnet/host"
for framework in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
    version=$(ls -v "$dotnet/shared/$framework" | grep '^10\.' | tail -n 1)
    mkdir -p "$root/usr/share/dotnet/shared/$framework"
    cp -r "$dotnet/shared/$framework/$version" "$root/usr/share/dotnet/shared/$framework/"
done
ldd "$root/bin/busybox" "$root/usr/bin/curl" "$root/usr/share/dotnet/dotnet" "$root"/usr/share/dotnet/shared/Microsoft.NETCore.App/*/lib*.so 2>/dev/null |
    grep -oE '/[^ ]+\.so[^ ]*' | grep -v "^$root" | sort -u | while read -r library; do cp -nL --parents "$library" "$root"; done
echo 'app:x:10001:10001::/app:/bin/sh' > "$root/etc/passwd"

tar -C "$root" -c . | "$engine" import \
    --change 'USER 10001:10001' --change 'WORKDIR /app' --change 'EXPOSE 8080' \
    --change 'ENV DOTNET_EnableDiagnostics=0' --change 'ENV ASPNETCORE_HTTP_PORTS=8080' \
    --change "ENTRYPOINT [\"/usr/share/dotnet/dotnet\", \"/app/$(basename "$program")\"]" - "$image"
