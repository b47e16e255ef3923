# The C files are formatted as .clang-format says.
bad=
while read -r file; do
    clang-format --dry-run -Werror "$file" 2>/dev/null || bad+=" $file"
done < <(find src tests -name '*.[ch]' | sort)
[ -z "$bad" ] || { echo "run: clang-format -i$bad" && exit 1; }
