/* libcountersign: keeping an arms-control agreement between parties that do not trust each other. */
#ifndef COUNTERSIGN_COUNTERSIGN_H
#define COUNTERSIGN_COUNTERSIGN_H

#include "countersign/assess.h"
#include "countersign/base.h"
#include "countersign/treaty.h"

#endif
