# Nothing outside src/cli ends the program or writes to its standard streams, but for the progress line.
words='exit|_exit|_Exit|quick_exit|abort|printf|vprintf|puts|putchar|perror|err|errx|warn|warnx'
bad=$(grep -rnE --include='*.[ch]' "(^|[^A-Za-z0-9_>.])($words) *\(|[^A-Za-z_](stdout|stderr)[^A-Za-z_]" src/*/ |
    grep -vE '^src/(cli/|base/progress\.c)' | grep -vE ':[0-9]+: *(/\*|\*|//)|format\(printf')
[ -z "$bad" ] || { printf 'not in src/cli:\n%s\n' "$bad" && exit 1; }
