/* What is where: facilities by name, and a number for each state of an item at each. Private to assess/.
 *
 * There is a cell only for what was declared or notified. Sums are twice as wide as what is added to them: no ledger is
 * long enough to overflow one. */
#ifndef CS_ASSESS_STOCK_H
#define CS_ASSESS_STOCK_H

#include "assess/replay.h"

__extension__ typedef __int128 cs_sum;

typedef struct cs_cell {
  cs_sum number;
  cs_spot place;
} cs_cell;

/* What is seldom asked for of a cell. */
typedef struct cs_seldom {
  cs_sum declared;     /* while a declaration is compared with it */
  bool sealed, broken; /* `seal` is a sum of commitments; it is none, since one of them was not */
  cs_commitment seal;
} cs_seldom;

typedef struct cs_stock {
  const cs_treaty *treaty;
  cs_arena arena; /* of names */
  const char **names;
  size_t facilities, name_capacity;
  uint32_t *table; /* facilities by name: open addressing, an empty place is CS_NOWHERE */
  size_t table_size;
  uint32_t *index; /* of the cell for each facility and state of an item, or CS_NOWHERE */
  size_t index_capacity;
  cs_cell *cells;
  cs_seldom *seldom; /* of each cell */
  size_t count, capacity, seldom_capacity;
  unsigned char key[16];
} cs_stock;

/* With CS_EVERYWHERE. False when out of memory. */
bool cs_stock_open(cs_stock *stock, const cs_treaty *treaty);
void cs_stock_close(cs_stock *stock);
/* The number of a facility, given out on first use; CS_NOWHERE when out of memory. */
uint32_t cs_stock_facility(cs_stock *stock, cs_slice name);
/* The index of a cell, made on first use; CS_NOWHERE when out of memory. */
uint32_t cs_stock_make(cs_stock *stock, cs_spot place);
/* NULL where there is none. */
const cs_cell *cs_stock_find(const cs_stock *stock, cs_spot place);

/* The index of a cell that may be there already, which it mostly is. */
static inline uint32_t cs_stock_cell(cs_stock *stock, cs_spot place)
{
  uint32_t at = stock->index[place.facility * stock->treaty->cells + place.cell];
  return at != CS_NOWHERE ? at : cs_stock_make(stock, place);
}

/* A sum as a number: what is beyond CS_NUMBER_MAX becomes that. */
int64_t cs_sum_number(cs_sum sum);

#endif
