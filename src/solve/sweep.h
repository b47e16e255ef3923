/* The block sweep of solve/symmetric.h for one type of number. Included once with the macros for float and once with those for
   double:  REAL, WIDTH (columns of a panel: 256 bytes), PRODUCT, MULTIPLY, TRANSPOSE, NAME(x).

   A step K has three parts: C = A(:,K), packed in panels of WIDTH of its rows; -C D; and the product of the two, added to
   every block that is not in row or column K. */

typedef struct NAME(sweep) {
    vr_symmetric *matrix;
    size_t block, size, slot; /* of a block: rows, elements, and elements a slot holds */
    REAL *column;             /* C, n_blocks x block x block */
    REAL *panels;             /* C by panels: [rows / WIDTH][block][WIDTH] */
    REAL *scaled;             /* -C D, as C */
    REAL *pivot;              /* D by panels */
    double *inverse, *line;   /* D, and room for one row of it */
    const double *floors;     /* what each row's pivot must exceed */
    void (*multiply)(const PRODUCT *product);
} NAME(sweep);

static REAL *NAME(block_at)(const NAME(sweep) * s, size_t i, size_t j) {
    return (REAL *)s->matrix->slots + (i * (i + 1) / 2 + j) * s->slot;
}

/* panels[p][k][x] = rows[p WIDTH + x][k]: the transpose of a block by panels. */
static void NAME(pack)(size_t block, const REAL *rows, REAL *panels) {
    for (size_t first = 0; first < block; first += WIDTH, panels += block * WIDTH)
        for (size_t x = 0; x < WIDTH; x++)
            for (size_t k = 0; k < block; k++)
                panels[k * WIDTH + x] = rows[(first + x) * block + k];
}

/* to [+]= rows times a packed block */
static void NAME(multiply)(const NAME(sweep) * s, const REAL *rows, const REAL *panels, REAL *to,
                           int add) {
    for (size_t first = 0; first < s->block; first += WIDTH, panels += s->block * WIDTH)
        s->multiply(&(PRODUCT){.rows = s->block,
                               .steps = s->block,
                               .width = WIDTH,
                               .a = rows,
                               .a_row = s->block,
                               .a_step = 1,
                               .b = panels,
                               .b_step = WIDTH,
                               .c = to + first,
                               .c_row = s->block,
                               .add = add});
}

/* D and its panels. Returns block, or the row at which the pivot is no longer positive. */
static size_t NAME(invert_pivot)(NAME(sweep) * s, size_t k) {
    const REAL *from = NAME(block_at)(s, k, k);
    for (size_t i = 0; i < s->size; i++) s->inverse[i] = (double)from[i];
    size_t bad = sweep_pivot(s->inverse, s->line, s->floors + k * s->block, s->block);
    REAL *rounded = s->column + k * s->size; /* of C, which has no part K */
    for (size_t i = 0; i < s->size; i++) rounded[i] = (REAL)s->inverse[i];
    NAME(pack)(s->block, rounded, s->pivot); /* D is symmetric: packing its transpose packs it */
    return bad;
}

/* Part i of C, of its panels and of -C D. */
static void NAME(take_column)(const NAME(sweep) * s, size_t k, size_t i) {
    REAL *column = s->column + i * s->size, *scaled = s->scaled + i * s->size;
    if (i > k)
        memcpy(column, NAME(block_at)(s, i, k), s->size * sizeof *column);
    else
        TRANSPOSE(s->block, NAME(block_at)(s, k, i), column);
    NAME(pack)(s->block, column, s->panels + i * s->size);
    NAME(multiply)(s, column, s->pivot, scaled, 0);
    for (size_t e = 0; e < s->size; e++) scaled[e] = -scaled[e];
}

/* Column K of the swept matrix: C D below the pivot, its transpose in row K. */
static void NAME(put_column)(const NAME(sweep) * s, size_t k, size_t i) {
    REAL *scaled = s->scaled + i * s->size, *to = NAME(block_at)(s, i > k ? i : k, i > k ? k : i);
    if (i == k)
        for (size_t e = 0; e < s->size; e++) to[e] = (REAL)-s->inverse[e];
    else {
        for (size_t e = 0; e < s->size; e++) scaled[e] = -scaled[e];
        if (i > k)
            memcpy(to, scaled, s->size * sizeof *to);
        else
            TRANSPOSE(s->block, scaled, to);
    }
}

/* Returns as invert_pivot. */
static size_t NAME(step)(NAME(sweep) * s, size_t k) {
    const size_t n = s->matrix->n_blocks;
    const size_t bad = NAME(invert_pivot)(s, k);
    if (bad < s->block) return bad;
#pragma omp parallel
    {
#pragma omp for schedule(dynamic)
        for (size_t i = 0; i < n; i++)
            if (i != k) NAME(take_column)(s, k, i);
#pragma omp for schedule(dynamic) nowait
        for (size_t t = 0; t < n * (n + 1) / 2; t++) {
            size_t i, j;
            triangle_place(t, &i, &j);
            if (i != k && j != k) NAME(multiply)
            (s, s->scaled + i * s->size, s->panels + j * s->size, NAME(block_at)(s, i, j), 1);
        }
    }
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < n; i++) NAME(put_column)(s, k, i);
    return s->block;
}

/* Ends it: the sign, and the upper half of the blocks on the diagonal, whose products have bits of their own. */
static void NAME(finish)(const NAME(sweep) * s) {
    const size_t n = s->matrix->n_blocks, block = s->block;
#pragma omp parallel for schedule(static)
    for (size_t t = 0; t < n * (n + 1) / 2; t++) {
        size_t i, j;
        triangle_place(t, &i, &j);
        REAL *to = NAME(block_at)(s, i, j);
        for (size_t e = 0; e < s->size; e++) to[e] = -to[e];
        for (size_t r = 0; i == j && r < block; r++)
            for (size_t c = 0; c < r; c++) to[c * block + r] = to[r * block + c];
    }
}

/* work: (3 n_blocks + 1) block^2 numbers, 64-byte aligned. Returns the rows done: all of them, or
   where it fails; INTERRUPTED. */
static size_t NAME(sweep_all)(vr_symmetric *m, const double *floors, REAL *work, double *pivot_work,
                              const vr_solve_hooks *hooks, vr_error *error) {
    const size_t block = m->block, size = block * block, column = m->n_blocks * size;
    NAME(sweep)
    s = {.matrix = m,
         .block = block,
         .size = size,
         .slot = size * sizeof(double) / sizeof(REAL),
         .pivot = work,
         .column = work + size,
         .panels = work + size + column,
         .scaled = work + size + 2 * column,
         .inverse = pivot_work,
         .line = pivot_work + size,
         .floors = floors,
         .multiply = MULTIPLY};
    for (size_t k = 0; k < m->n_blocks; k++) {
        if (vr_solve_go_on(hooks, error)) return INTERRUPTED;
        if (hooks && hooks->on_progress)
            hooks->on_progress(hooks->context, 1, "inverse", k, m->n_blocks);
        const size_t good = NAME(step)(&s, k);
        if (good < block) return k * block + good;
    }
    NAME(finish)(&s);
    return m->n_blocks * block;
}
