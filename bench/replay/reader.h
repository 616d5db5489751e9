/* SPDX-License-Identifier: MIT */
/* reader.h: reading a snapshot file, plain or gzip, as a stream. */
#ifndef REPLAY_READER_H
#define REPLAY_READER_H

#include "document.h"
#include "failure.h"
#include "progress.h"

/* Fills in a document that is all zero; the caller frees it, also after a failure, whose line says where it was. */
bool reader_read(const char *path, struct document *document, struct progress *progress, struct failure *failure);

#endif
