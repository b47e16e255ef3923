#include "eval/factors.h"

#include <math.h>
#include <stdlib.h>
#include "base/npy.h"
#include "eval/evaluate.h"

static vr_status check_kind(const char *path, const vr_npy *array, vr_error *error) {
    if (array->type != VR_NPY_F4 && array->type != VR_NPY_F8) {
        return vr_fail(error, VR_BAD_DATA, "%s: holds whole numbers (%s); factors are f4 or f8",
                       path, array->type == VR_NPY_I4 ? "i4" : "i8");
    }
    if (array->n_dims != 2) {
        return vr_fail(error, VR_BAD_DATA, "%s: %u dimension%s; factors have two, rows x factors",
                       path, array->n_dims, array->n_dims == 1 ? "" : "s");
    }
    if (array->shape[0] == 0 || array->shape[1] == 0 || array->shape[0] >= UINT32_MAX ||
        array->shape[1] >= UINT32_MAX) {
        return vr_fail(error, VR_BAD_DATA,
                       "%s: shape %llu x %llu; expected 1 to 2^32 - 2 rows and factors", path,
                       (unsigned long long)array->shape[0], (unsigned long long)array->shape[1]);
    }
    return VR_OK;
}

static vr_status copy_values(const char *path, const vr_npy *array, vr_matrix *out,
                             vr_error *error) {
    for (uint64_t i = 0; i < vr_npy_count(array); i++) {
        const double value = vr_npy_value(array, i);
        out->values[i] = (float)value;
        if (!isfinite(out->values[i])) {
            return vr_fail(error, VR_BAD_DATA,
                           "%s: row %llu, column %llu is %g; every factor must be a finite f4",
                           path, (unsigned long long)(i / out->n_columns),
                           (unsigned long long)(i % out->n_columns), value);
        }
    }
    return VR_OK;
}

vr_status vr_factors_read(const char *path, vr_matrix *out, int *rounded, vr_error *error) {
    vr_npy array;
    vr_status status = vr_npy_read(path, &array, error);
    if (status != VR_OK) return status;
    status = check_kind(path, &array, error);
    if (status == VR_OK) {
        vr_matrix matrix = {(uint32_t)array.shape[0], (uint32_t)array.shape[1], NULL};
        const size_t size = vr_npy_count(&array) * sizeof(float);
        matrix.values = aligned_alloc(64, (size / 64 + 1) * 64);
        status = matrix.values ? copy_values(path, &array, &matrix, error)
                               : vr_fail(error, VR_INTERNAL, "%s: no memory", path);
        if (status == VR_OK) {
            *out = matrix;
            if (rounded) *rounded = array.type == VR_NPY_F8;
        } else {
            free(matrix.values);
        }
    }
    vr_npy_free(&array);
    return status;
}

/* --- ranked lists -------------------------------------------------------------------------------- */

static vr_status check_lists(const char *path, const vr_npy *array, uint32_t k, vr_error *error) {
    if (array->type != VR_NPY_I4 && array->type != VR_NPY_I8)
        return vr_fail(error, VR_BAD_DATA, "%s: expected item ids, i4 or i8, got f%zu", path,
                       vr_npy_value_size(array->type));
    if (array->n_dims != 2 || array->shape[0] == 0 || array->shape[0] >= UINT32_MAX ||
        array->shape[1] == 0 || array->shape[1] > INT32_MAX)
        return vr_fail(error, VR_BAD_DATA,
                       "%s: expected two dimensions, users x places, neither empty; got %u with "
                       "%llu values",
                       path, array->n_dims, (unsigned long long)vr_npy_count(array));
    if (k > array->shape[1])
        return vr_fail(error, VR_BAD_DATA, "%s: lists of %llu items, but --k asks for %u", path,
                       (unsigned long long)array->shape[1], k);
    return VR_OK;
}

static vr_status copy_lists(const char *path, const vr_npy *array, uint32_t k, uint32_t *ids,
                            vr_error *error) {
    for (uint64_t row = 0; row < array->shape[0]; row++) {
        for (uint64_t place = 0; place < k; place++) {
            const double id = vr_npy_value(array, row * array->shape[1] + place);
            if (id < -1 || id >= (double)VR_NO_ITEM)
                return vr_fail(
                    error, VR_BAD_DATA,
                    "%s: list of user %llu, place %llu: expected an item id, or -1 where "
                    "the list ends; got %.0f",
                    path, (unsigned long long)row, (unsigned long long)place, id);
            ids[row * k + place] = id < 0 ? VR_NO_ITEM : (uint32_t)id;
        }
    }
    return VR_OK;
}

vr_status vr_lists_read(const char *path, uint32_t *k, uint32_t **ids, uint32_t *n_rows,
                        vr_error *error) {
    vr_npy array;
    vr_status status = vr_npy_read(path, &array, error);
    if (status) return status;
    status = check_lists(path, &array, *k, error);
    uint32_t width = *k ? *k : (uint32_t)array.shape[1];
    uint32_t *own = status ? NULL : malloc(array.shape[0] * width * sizeof *own);
    if (!status && !own) status = vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    if (!status) status = copy_lists(path, &array, width, own, error);
    if (!status) {
        *k = width;
        *ids = own;
        *n_rows = (uint32_t)array.shape[0];
    } else {
        free(own);
    }
    vr_npy_free(&array);
    return status;
}
