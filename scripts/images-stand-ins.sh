# Stand-ins for the images that compose/ is made of. Sourced by images.sh.
#
#   stand_in_roots              root file systems of Debian's packages, kept in .test/images for the next run
#   stand_in_images BINARIES    the images, in the private engine; sets the variables by which compose/ takes them

roots=.test/images

# debian_root NAME PACKAGE...
debian_root() {
    local name=$1 folder=$roots/$1
    shift
    [ "$(cat "$folder.packages" 2>/dev/null)" != "$*" ] || return 0
    step "making a Debian with $*"
    rm -rf "$folder"
    mkdir -p "$folder"
    debootstrap --variant=minbase --include="$(IFS=,; echo "$*")" "$(. /etc/os-release; echo "$VERSION_CODENAME")" "$folder" \
        >"$roots/$name.log" 2>&1 </dev/null || { last_lines "$roots/$name.log"; fail "debootstrap failed (above: why)"; }
    rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/* "$folder"/usr/share/{doc,man,locale}/*
    echo "$*" >"$folder.packages"
}

stand_in_roots() {
    debian_root builder ca-certificates pkg-config binutils libc6-dev libcrypt-dev librabbitmq-dev libcurl4-openssl-dev libsqlite3-dev
    debian_root services rabbitmq-server prometheus
}

stand_in_images() {
    local binaries=$1 folder=$run_directory/builder program
    # Without a network apt-get finds everything installed.
    mkdir -p "$folder"
    cp -a "$roots/builder/." "$folder/"
    mkdir -p "$folder/built"
    for program in pman-gateway pman-worker pmanctl; do cp "$binaries/$program" "$folder/built/"; done
    # Debug builds load the toolchain's libraries, found where they were when they were built.
    copy_swift_libraries "$folder"
    cat >"$folder/usr/bin/swift" <<'SCRIPT'
#!/bin/sh
# Hands out what was built outside: swift build ... --product NAME
set -e
[ "$1 $2 $3 $4 $5" = "build -c release --static-swift-stdlib --product" ] || { echo "not the build that was expected: $*" >&2; exit 64; }
test -f Package.swift && test -d Sources/Gateway && test -d Tests/Support
mkdir -p .build/release
cp "/built/$6" .build/release/
SCRIPT
    chmod 755 "$folder/usr/bin/swift"
    engine_import "$folder" local/builder 1
    rm -rf "$folder"

    folder=$run_directory/services
    mkdir -p "$folder"
    cp -a "$roots/services/." "$folder/"
    mkdir -p "$folder/etc/rabbitmq/conf.d"
    # As the official image has it.
    echo 'loopback_users.guest = false' >"$folder/etc/rabbitmq/conf.d/10-defaults.conf"
    cat >"$folder/rabbitmq.sh" <<'SCRIPT'
#!/bin/sh
chown -R rabbitmq:rabbitmq /var/lib/rabbitmq /var/log/rabbitmq
export HOME=/var/lib/rabbitmq RABBITMQ_LOGS=-
exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups /usr/lib/rabbitmq/bin/rabbitmq-server
SCRIPT
    chmod 755 "$folder/rabbitmq.sh"
    engine_import "$folder" local/rabbitmq 1 'ENTRYPOINT ["/rabbitmq.sh"]' 'VOLUME /var/lib/rabbitmq' \
        'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    engine_import "$folder" local/prometheus 1 \
        'ENTRYPOINT ["/usr/bin/prometheus","--config.file=/etc/prometheus/prometheus.yml","--storage.tsdb.path=/prometheus"]'
    rm -rf "$folder"

    folder=$run_directory/busybox
    mkdir -p "$folder"
    busybox_root "$folder"
    engine_import "$folder" local/busybox 1 'CMD ["/bin/sh"]'
    rm -rf "$folder"
    export BUILDER_IMAGE=local/builder:1 RABBITMQ_IMAGE=local/rabbitmq:1 PROMETHEUS_IMAGE=local/prometheus:1
    export IDLE_IMAGE=local/busybox:1
    step "the stand-ins of the official images are made"
}

copy_swift_libraries() {
    local program library
    for program in "$1"/built/*; do
        ldd "$program" | grep -o '/[^ ]*libswift[^ ]*\|/[^ ]*lib_\?Foundation[^ ]*\|/[^ ]*libdispatch[^ ]*\|/[^ ]*libBlocksRuntime[^ ]*' || true
    done | sort -u | while read -r library; do
        mkdir -p "$1$(dirname "$library")"
        cp -L "$library" "$1$library"
    done
}
