# verirec: one non-recursive Makefile. All output goes to build/ and reports/.
# `make help` lists the targets.

BUILD  ?= build
CC     ?= gcc
OPT    ?= -O3
WARN    = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wvla
# The floor is AVX2 with FMA; nothing may be contracted or reordered behind our back.
CFLAGS  = -std=c17 $(OPT) -g -fno-math-errno -ffp-contract=off -mavx2 -mfma -mbmi2 -fopenmp $(WARN) -D_GNU_SOURCE -Isrc -I$(BUILD)/gen
LDLIBS  = -ljansson -lconfig -lnettle -lcurl -lz -lm

.DEFAULT_GOAL := all

# --- sources -------------------------------------------------------------------------------------
# *.lanes.c   vector kernels, compiled for AVX2 and for AVX-512 and chosen at run time (num/lanes.h)
# src/loss/*.c  one loss each, compiled for double and for float; registry.c and the like once
SOURCES    := $(wildcard src/*/*.c)
LANES      := $(filter %.lanes.c,$(SOURCES))
LOSS_ONCE  := src/loss/registry.c
LOSSES     := $(filter-out $(LOSS_ONCE),$(wildcard src/loss/*.c))
PLAIN      := $(filter-out $(LANES) $(LOSSES),$(SOURCES))
OBJECTS    := $(PLAIN:src/%.c=$(BUILD)/obj/%.o) \
              $(LANES:src/%.c=$(BUILD)/obj/%.avx2.o) $(LANES:src/%.c=$(BUILD)/obj/%.avx512.o) \
              $(LOSSES:src/%.c=$(BUILD)/obj/%.f64.o) $(LOSSES:src/%.c=$(BUILD)/obj/%.f32.o)
LIBRARY    := $(filter-out $(BUILD)/obj/cli/%,$(OBJECTS))

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c $< -o $@
$(BUILD)/obj/%.avx2.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -DVR_ISA=avx2 -c $< -o $@
$(BUILD)/obj/%.avx512.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -mavx512f -mavx512vl -mavx512bw -mavx512dq -DVR_ISA=avx512 -DVR_AVX512 -MMD -MP -c $< -o $@
$(BUILD)/obj/loss/%.f64.o: src/loss/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -DVR_REAL_BITS=64 -MMD -MP -c $< -o $@
$(BUILD)/obj/loss/%.f32.o: src/loss/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -DVR_REAL_BITS=32 -MMD -MP -c $< -o $@

$(BUILD)/libverirec.a: $(LIBRARY)
	@rm -f $@
	ar rcs $@ $^
$(BUILD)/verirec: $(filter $(BUILD)/obj/cli/%,$(OBJECTS)) $(BUILD)/libverirec.a
	$(CC) $(CFLAGS) $^ $(LDLIBS) -o $@

all: $(BUILD)/verirec ## build the program

clean: ## remove everything that is generated
	rm -rf $(BUILD) reports/runs reports/index.html reports/*.md reports/*.tsv

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1\t/' | expand -t 16

.PHONY: all clean help
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
