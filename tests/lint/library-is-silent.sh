# Nothing in the library ends the program or writes to its standard streams, but for the progress line
# (base/progress.c). The objects' undefined symbols tell, so no wording can hide it.
check() { # reads nm -A -u
    awk '$NF ~ /^(exit|_exit|_Exit|quick_exit|abort|perror|errx?|warnx?|(__)?v?printf(_chk)?|puts|putchar|stdout|stderr)$/ &&
         !/:progress\.o:/ { print; bad = 1 } END { exit bad }'
}
! echo 'libverirec.a:a.o:   U printf' | check >/dev/null || { echo "library-is-silent.sh sees nothing" && exit 1; }
nm -A -u "$BUILD/libverirec.a" | check
