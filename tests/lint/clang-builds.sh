# `make lint` built everything with clang and -Werror before this runs; here it must also start.
"$BUILD/clang/verirec" --help >/dev/null
