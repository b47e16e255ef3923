# verirec: one non-recursive Makefile. All output goes to build/ and reports/.
# `make help` lists the targets.

BUILD  ?= build
ifeq ($(origin CC),default)
CC      = gcc
endif
OPT    ?= -O3
WERROR ?=
WARN    = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wvla $(WERROR)
# The floor is AVX2 with FMA; nothing may be contracted or reordered behind our back. The SLP pass of gcc 12 is off: it
# leaves out the rounding of (double)(float)x where two such stand side by side (tests/unit/test_elementary.c has the case).
CFLAGS  = -std=c17 $(OPT) -g -fno-math-errno -ffp-contract=off -fno-tree-slp-vectorize -mavx2 -mfma -mbmi2 -fopenmp $(WARN) -D_GNU_SOURCE -Isrc -I$(BUILD)/gen
LDLIBS  = -ljansson -lconfig -lnettle -lcurl -lz -lmpfr -lgmp -lm

.DEFAULT_GOAL := all

# --- sources -------------------------------------------------------------------------------------
# *.lanes.c   vector kernels, compiled for AVX2 and for AVX-512 and chosen at run time (num/lanes.h)
# src/loss/*.c  one loss each, compiled for double and for float; registry.c and the like once; so is the C ABI's
#             src/api/losses.c
SOURCES    := $(wildcard src/*/*.c)
LANES      := $(filter %.lanes.c,$(SOURCES))
LOSS_ONCE  := src/loss/registry.c src/loss/ideal.c src/loss/tau.c src/loss/bound.c src/loss/params.c
LOSSES     := $(filter-out $(LOSS_ONCE),$(wildcard src/loss/*.c)) src/api/losses.c
PLAIN      := $(filter-out $(LANES) $(LOSSES),$(SOURCES))
OBJECTS    := $(PLAIN:src/%.c=$(BUILD)/obj/%.o) \
              $(LANES:src/%.c=$(BUILD)/obj/%.avx2.o) $(LANES:src/%.c=$(BUILD)/obj/%.avx512.o) \
              $(LOSSES:src/%.c=$(BUILD)/obj/%.f64.o) $(LOSSES:src/%.c=$(BUILD)/obj/%.f32.o)
LIBRARY    := $(filter-out $(BUILD)/obj/cli/%,$(OBJECTS))

COMPILE     = @mkdir -p $(@D) && echo "  $(CC) $(@:$(BUILD)/%=%)" && $(CC) $(CFLAGS) -MMD -MP
SETUP       = $(BUILD)/setup-$(or $(firstword $(filter test,$(MAKECMDGOALS))),run)

$(BUILD)/obj/%.o: src/%.c | $(SETUP)
	$(COMPILE) -c $< -o $@
$(BUILD)/obj/%.avx2.o: src/%.c | $(SETUP)
	$(COMPILE) -DVR_ISA=avx2 -c $< -o $@
$(BUILD)/obj/%.avx512.o: src/%.c | $(SETUP)
	$(COMPILE) -mavx512f -mavx512vl -mavx512bw -mavx512dq -DVR_ISA=avx512 -DVR_AVX512 -c $< -o $@
$(BUILD)/obj/%.f64.o: src/%.c | $(SETUP)
	$(COMPILE) -DVR_REAL_BITS=64 -c $< -o $@
$(BUILD)/obj/%.f32.o: src/%.c | $(SETUP)
	$(COMPILE) -DVR_REAL_BITS=32 -c $< -o $@

# the manifests are part of the program
$(BUILD)/obj/data/manifest.o: $(wildcard datasets/*.cfg)

$(BUILD)/libverirec.a: $(LIBRARY)
	@rm -f $@
	@ar rcs $@ $^
$(BUILD)/verirec: $(filter $(BUILD)/obj/cli/%,$(OBJECTS)) $(BUILD)/libverirec.a
	@echo "  link $(@:$(BUILD)/%=%)" && $(CC) $(CFLAGS) $^ $(LDLIBS) -o $@

# the C ABI (src/verirec.h): position-independent objects in a folder of their own, nothing else visible
ABI        := $(filter $(foreach room,base num data loss eval api,$(BUILD)/obj/$(room)/%),$(OBJECTS))
ABI_NUMBER := $(shell sed -n 's/^.define VERIREC_ABI //p' src/verirec.h)
VERSION    := $(shell sed -n 's/^.define VR_VERSION "\(.*\)"/\1/p' src/base/version.h)

$(BUILD)/abi.a: $(ABI)
	@rm -f $@
	@ar rcs $@ $^
$(BUILD)/libverirec.so.$(ABI_NUMBER): $(filter $(BUILD)/obj/api/%,$(ABI)) $(BUILD)/abi.a
	@echo "  link $(@:$(BUILD)/%=%)" && $(CC) $(CFLAGS) -shared -Wl,-soname,$(@F) -Wl,--no-undefined $^ -lm -o $@

# --- set-up: the packages of group run and one more (tools/packages.txt), once per build folder ---
.PRECIOUS: $(BUILD)/setup-%
$(BUILD)/setup-%: tools/packages.txt tools/setup.sh
	@mkdir -p $(BUILD)
	@tools/setup.sh run $(filter-out run,$*)
	@touch $@

# --- tests ---------------------------------------------------------------------------------------
# unit tests: tests/unit/*.c with Criterion, MPFR as the oracle; the fuzz targets replay their corpus
UNIT       := $(patsubst tests/%.c,$(BUILD)/obj/tests/%.o,$(wildcard tests/unit/*.c))
FUZZ       := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZED     := $(filter-out $(BUILD)/obj/cli/main.o,$(filter $(BUILD)/obj/cli/%,$(OBJECTS))) $(BUILD)/libverirec.a

$(BUILD)/obj/tests/%.o: tests/%.c | $(SETUP) $(BUILD)/setup-test
	$(COMPILE) -Itests -c $< -o $@
$(BUILD)/tests/unit: $(UNIT) $(BUILD)/libverirec.a
	@mkdir -p $(@D) && echo "  link $(@:$(BUILD)/%=%)"
	@$(CC) $(CFLAGS) $^ -lcriterion $(LDLIBS) -o $@
$(BUILD)/tests/replay-%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/obj/tests/fuzz/replay.o $(FUZZED)
	@mkdir -p $(@D) && echo "  link $(@:$(BUILD)/%=%)"
	@$(CC) $(CFLAGS) $^ $(LDLIBS) -o $@
$(BUILD)/tests/%: $(BUILD)/obj/tests/fuzz/%.o $(FUZZED)
	@mkdir -p $(@D) && echo "  link $(@:$(BUILD)/%=%)"
	@$(CC) $(CFLAGS) -fsanitize=fuzzer $^ $(LDLIBS) -o $@
.SECONDARY: $(FUZZ:%=$(BUILD)/obj/tests/fuzz/%.o)
# stripped: valgrind 3.19 stumbles over clang's debugging information
$(BUILD)/tests/count: $(BUILD)/obj/tests/count/kernels.o $(BUILD)/obj/tests/count/solvers.o $(BUILD)/libverirec.a
	@mkdir -p $(@D) && echo "  link $(@:$(BUILD)/%=%)"
	@$(CC) $(CFLAGS) -s $^ $(LDLIBS) -o $@

# --- benchmarks: a program of their own, the only one that links OpenBLAS -------------------------
BENCH      := $(patsubst bench/%.c,$(BUILD)/obj/bench/%.o,$(wildcard bench/*.c))

$(BENCH): | $(BUILD)/setup-bench
$(BUILD)/obj/bench/%.o: bench/%.c | $(SETUP)
	$(COMPILE) -c $< -o $@
$(BUILD)/bench: $(BENCH) $(BUILD)/libverirec.a | $(BUILD)/setup-bench
	@echo "  link $(@:$(BUILD)/%=%)" && $(CC) $(CFLAGS) $^ -lopenblas $(LDLIBS) -o $@

# what growth costs: a program of its own, without OpenBLAS, whose memory would count
$(BUILD)/growth: $(BUILD)/obj/bench/growth/growth.o $(BUILD)/libverirec.a
	@echo "  link $(@:$(BUILD)/%=%)" && $(CC) $(CFLAGS) $^ $(LDLIBS) -o $@

# what the losses estimate and rank on planted worlds
$(BUILD)/planted: $(patsubst bench/%.c,$(BUILD)/obj/bench/%.o,$(wildcard bench/planted/*.c)) $(BUILD)/libverirec.a
	@echo "  link $(@:$(BUILD)/%=%)" && $(CC) $(CFLAGS) $^ $(LDLIBS) -o $@

# Other builds of the same sources, each in a folder of its own.
ASAN        = $(MAKE) -s --no-print-directory BUILD=$(BUILD)/asan WERROR=-Werror \
              OPT="-O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
CLANG       = $(MAKE) -s --no-print-directory BUILD=$(BUILD)/clang WERROR=-Werror CC=clang
SHARED      = $(MAKE) -s --no-print-directory BUILD=$(BUILD)/shared OPT="$(OPT) -fPIC -fvisibility=hidden"
GCC_O2      = $(MAKE) -s --no-print-directory BUILD=$(BUILD)/gcc-o2 CC=gcc OPT=-O2
CLANG_O2    = $(MAKE) -s --no-print-directory BUILD=$(BUILD)/clang-o2 CC=clang OPT=-O2
LIBFUZZER   = $(MAKE) -s --no-print-directory BUILD=$(BUILD)/fuzz CC=clang \
              OPT="-O1 -fsanitize=address,undefined,fuzzer-no-link -fno-omit-frame-pointer"

# --- what a user says ----------------------------------------------------------------------------
all: $(BUILD)/verirec ## build the program

lib: ## build build/libverirec.so, the C ABI of src/verirec.h
	@+$(SHARED) $(BUILD)/shared/libverirec.so.$(ABI_NUMBER)
	@cp -p $(BUILD)/shared/libverirec.so.$(ABI_NUMBER) $(BUILD)/ && ln -sf libverirec.so.$(ABI_NUMBER) $(BUILD)/libverirec.so

PREFIX ?= /usr/local
install: all lib ## install program, library, header and pkg-config file (PREFIX=/usr/local DESTDIR=)
	@install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin include lib/pkgconfig)
	@install $(BUILD)/verirec $(DESTDIR)$(PREFIX)/bin/
	@install -m 644 src/verirec.h $(DESTDIR)$(PREFIX)/include/
	@install -m 644 $(BUILD)/libverirec.so.$(ABI_NUMBER) $(DESTDIR)$(PREFIX)/lib/
	@ln -sf libverirec.so.$(ABI_NUMBER) $(DESTDIR)$(PREFIX)/lib/libverirec.so
	@printf '%s\n' 'prefix=$(PREFIX)' 'Name: verirec' 'Description: recommendation losses, gradients, error bounds and metrics' \
	  'Version: $(VERSION)' 'Cflags: -I$${prefix}/include' 'Libs: -L$${prefix}/lib -lverirec' \
	  >$(DESTDIR)$(PREFIX)/lib/pkgconfig/verirec.pc

reproduce: all ## regenerate the paper's tables (PROFILE= DATASETS= TABLES= FIGURES= SEEDS= THREADS= JOBS= ARGS=)
	@$(BUILD)/verirec reproduce $(if $(PROFILE),--profile "$(PROFILE)") $(if $(DATASETS),--datasets "$(DATASETS)") \
	  $(if $(TABLES),--tables "$(TABLES)") $(if $(FIGURES),--figures "$(FIGURES)") $(if $(SEEDS),--seeds "$(SEEDS)") \
	  $(if $(THREADS),--threads "$(THREADS)") $(if $(JOBS),--jobs "$(JOBS)") $(ARGS)

report: all ## write reports/ anew from the finished run records (ARGS=)
	@$(BUILD)/verirec report $(ARGS)

verify: all ## measure every claim of the paper against the ledger; writes reports/verify.tsv (ARGS=)
	@mkdir -p reports
	@$(BUILD)/verirec verify --save reports/verify.tsv $(ARGS)

test: all lib $(BUILD)/planted $(BUILD)/tests/unit $(BUILD)/setup-test ## every test: unit, sanitized unit, command line, fuzz corpus, lint
	@+$(ASAN) $(BUILD)/asan/verirec $(BUILD)/asan/tests/unit $(FUZZ:%=$(BUILD)/asan/tests/replay-%)
	@+$(CLANG) all
	@BUILD=$(BUILD) bash tests/run.sh unit asan cli fuzz identity verify lint

lint: $(BUILD)/setup-test ## house format, include direction, no warnings with gcc and clang
	@+$(CLANG) all
	@BUILD=$(BUILD) bash tests/run.sh lint

check-identity: all $(BUILD)/setup-test ## equal record bytes for threads x vector width x compiler x optimisation x kill -9
	@+$(CLANG) all
	@+$(GCC_O2) all
	@+$(CLANG_O2) all
	@BUILD=$(BUILD) bash tests/check-identity.sh

PROOFS     := coq twin wp float eva
proofs: # their names
	@echo $(PROOFS)
prove: $(PROOFS:%=prove-%) ## every proof: all the targets prove-NAME

prove-wp: ## the contracts of the kernels, proved anew by Frama-C's WP (FILES= some of them; UPDATE=1 writes proofs/evidence/wp/*.txt)
	@BUILD=$(BUILD) UPDATE=$(UPDATE) FILES="$(FILES)" bash proofs/prove-wp.sh

prove-coq: ## every theorem of proofs/coq, checked anew by Coq (UPDATE=1 writes proofs/evidence/coq.txt)
	@BUILD=$(BUILD) UPDATE=$(UPDATE) bash proofs/prove-coq.sh

prove-twin: prove-coq ## the logic of the C contracts is that of the theorems
	@BUILD=$(BUILD) UPDATE=$(UPDATE) bash proofs/prove-twin.sh

prove-twin-faults: ## faults that make prove-twin must notice (FAULT=); needs what prove-coq compiled
	@BUILD=$(BUILD) FAULT="$(FAULT)" bash tests/proofs/twin-faults.sh

prove-coq-faults: ## faults that make prove-coq must notice, each on a copy (FAULT= takes those whose name has it)
	@BUILD=$(BUILD) FAULT="$(FAULT)" bash tests/proofs/coq-faults.sh

prove-wp-faults: ## faults that make prove-wp must notice, each on a copy (FAULT= takes those whose name has it)
	@FAULT="$(FAULT)" bash tests/proofs/wp-faults.sh

prove-float: ## the rounding errors of exp, log and their kin, proved anew by Gappa from the C (UPDATE=1 writes proofs/evidence/float.txt)
	@BUILD=$(BUILD) UPDATE=$(UPDATE) bash proofs/prove-float.sh

prove-float-faults: ## faults that make prove-float must notice, each on a copy (FAULT= takes those whose name has it)
	@BUILD=$(BUILD) FAULT="$(FAULT)" bash tests/proofs/float-faults.sh

prove-eva: ## no overflow, NaN or access out of bounds in exp, log and the losses, for any input of stated ranges, by Frama-C's Eva (TAKE= some runs; UPDATE=1 writes proofs/evidence/eva.txt)
	@BUILD=$(BUILD) UPDATE=$(UPDATE) TAKE="$(TAKE)" bash proofs/prove-eva.sh

prove-eva-faults: ## faults that make prove-eva must notice, each on a copy (FAULT= takes those whose name has it)
	@FAULT="$(FAULT)" bash tests/proofs/eva-faults.sh

SECONDS ?= 60
fuzz: $(BUILD)/setup-fuzz ## search for crashing input, SECONDS=60 for each target
	@+$(LIBFUZZER) $(FUZZ:%=$(BUILD)/fuzz/tests/%)
	@BUILD=$(BUILD) SECONDS_EACH=$(SECONDS) bash tests/fuzz/run.sh $(FUZZ)

count: $(BUILD)/tests/count ## instructions of each hot kernel beside the committed counts (UPDATE=1 writes them anew)
	@BUILD=$(BUILD) UPDATE=$(UPDATE) bash tests/count.sh

ulps: $(BUILD)/tests/unit ## measured errors of the losses in ulps: writes reports/evidence/ulps.tsv anew
	@VERIREC_ULPS=reports/evidence/ulps.tsv $(BUILD)/tests/unit --filter='loss/errors_in_ulps*' >/dev/null && \
	  cat reports/evidence/ulps.tsv

RUNS   ?= 7
bench: $(BUILD)/bench ## speed beside the machine's limits (RUNS=7 BENCHES="sgemm gather stream evaluation training dense solving parse")
	@mkdir -p reports
	@$(BUILD)/bench --runs $(RUNS) --out reports/bench.tsv $(BENCHES)

growth: $(BUILD)/growth ## time and memory against interactions, users, items, dim, N, threads (SWEEPS=)
	@mkdir -p reports
	@$(BUILD)/growth --out reports/growth.tsv $(SWEEPS)

planted: $(BUILD)/planted ## the debiased losses against the truth of planted worlds: their estimates and their rankings
	@mkdir -p reports
	@$(BUILD)/planted --out reports

clean: ## remove everything that is generated
	rm -rf $(BUILD) reports/runs reports/index.html reports/*.md reports/*.tsv reports/*.svg

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1\t/' | expand -t 16

.PHONY: all lib install proofs reproduce report verify ulps bench count test lint check-identity prove prove-wp prove-coq prove-coq-faults prove-wp-faults prove-twin prove-twin-faults prove-float prove-float-faults prove-eva prove-eva-faults fuzz growth planted clean help
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
