# The C files are formatted as .clang-format says.
bad=
while read -r file; do
    [ ! -e "$file" ] || clang-format --dry-run -Werror "$file" 2>/dev/null || bad+=" $file"
done < <(git ls-files -co --exclude-standard '*.c' '*.h')
[ -z "$bad" ] || { echo "run: clang-format -i$bad" && exit 1; }
