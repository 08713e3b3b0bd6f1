/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The columns of each layer of acdr top, and the figures behind them. Tables only. */
#ifndef ACDR_TOOLS_TOP_TOP_COLUMNS_H
#define ACDR_TOOLS_TOP_TOP_COLUMNS_H

#include "top_model.h"

/* The readings of a metric that belong to a row. */
enum top_scope {
    TOP_OF_ROW,   /* those of the row's subject */
    TOP_OF_VCPUS, /* of the guest's vCPU threads */
    TOP_OF_CPUS   /* of the CPUs where its vCPUs last ran */
};

enum top_take {
    TOP_KEY,   /* the row's key */
    TOP_ID,    /* the row's id */
    TOP_LABEL, /* the reading's label */
    TOP_STATE, /* conditioned or degraded */
    TOP_LACK,  /* not conditioned, though its tag asks for it */
    TOP_SUM    /* value or rate, added up */
};

struct top_source {
    enum top_take take;
    enum top_scope scope;
    const char *metric, *what; /* what NULL: any */
    double scale;
};

struct top_layer_columns {
    int n;
    const struct top_column *columns;
    const struct top_source (*sources)[3]; /* of each column; up to three metrics */
};

extern const struct top_layer_columns top_layers[TOP_LAYERS];

#endif
