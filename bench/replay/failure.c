/* SPDX-License-Identifier: MIT */
/* failure.c: the one line that says what is wrong, and where. */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>

bool fail(struct failure *failure, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failure->text, sizeof failure->text, format, arguments);
    va_end(arguments);
    for (char *byte = failure->text; *byte; byte++) {
        if ((unsigned char)*byte < ' ' || *byte == 0x7f)
            *byte = '?';
    }
    return false;
}
