/* Records of declarations: the rows of a CSV file, by the names that an agreement defines. */
#include <stdlib.h>
#include <string.h>

#include "assess/assess.h"

typedef enum column_kind {
  NOTE,
  DATE,
  PARTY,
  PROVIDED,
  RECEIVED,
  ITEM,
  STATE,
  TYPE,
  FACILITY,
  IDENTIFIER,
  NUMBER,
  TOTAL
} column_kind;

static const struct {
  const char *name;
  column_kind kind;
} known_columns[] = {
  {"date", DATE},   {"party", PARTY}, {"provided", PROVIDED}, {"received", RECEIVED},     {"item", ITEM},
  {"state", STATE}, {"type", TYPE},   {"facility", FACILITY}, {"identifier", IDENTIFIER}, {"count", NUMBER},
};

/* ---- Errors ------------------------------------------------------------------------------ */

static cs_status fail_field(cs_record *r, size_t field, const char *fault, const char *expected, cs_error *error)
{
  char quoted[CS_QUOTED];
  return cs_fail(error, CS_INVALID, r->csv.name, cs_csv_mark(&r->csv, field), "%s %s; expected %s",
                 cs_quote(r->csv.fields[field].raw, quoted), fault, expected);
}

/* "... is not a party of the agreement", with the nearest name. */
static cs_status fail_name(cs_record *r, size_t field, const char *fault, const void *names, size_t count,
                           size_t stride, cs_error *error)
{
  cs_text list = {0};
  for (size_t i = 0; i < count && i < 12; i++) {
    const char *name;
    memcpy(&name, (const char *)names + i * stride, sizeof name);
    cs_text_add(&list, "%s%s", i == 0 ? "" : ", ", name);
  }
  cs_text_add(&list, "%s", count > 12 ? ", ..." : "");
  cs_status status = list.failed ? cs_fail_memory(error) : fail_field(r, field, fault, list.at, error);
  cs_text_free(&list);
  const char *nearest = cs_nearest(r->csv.fields[field].raw, names, count, stride);
  if (status == CS_INVALID && nearest != NULL)
    cs_hint(error, "did you mean \"%s\"?", nearest);
  return status;
}

/* ---- The header -------------------------------------------------------------------------- */

static cs_record_column classify(const cs_record *r, cs_slice name)
{
  for (size_t i = 0; i < r->treaty->counts.count; i++)
    if (cs_slice_is(name, r->treaty->counts.at[i].rule.id))
      return (cs_record_column){TOTAL, i};
  for (size_t i = 0; i < CS_COUNT_OF(known_columns); i++)
    if (cs_slice_is(name, known_columns[i].name))
      return (cs_record_column){known_columns[i].kind, 0};
  return (cs_record_column){NOTE, 0};
}

static bool has_column(const cs_record *r, column_kind kind)
{
  for (size_t i = 0; i < r->csv.expected; i++)
    if (r->columns[i].kind == kind)
      return true;
  return false;
}

static cs_status require_columns(cs_record *r, cs_error *error)
{
  static const column_kind always[] = {DATE, PARTY}, itemised[] = {STATE, NUMBER};
  cs_mark mark = {r->csv.line, 1};
  const char *missing = NULL;
  for (size_t i = 0; i < CS_COUNT_OF(known_columns); i++) {
    column_kind kind = known_columns[i].kind;
    bool needed = false;
    for (size_t k = 0; k < 2; k++)
      needed = needed || kind == always[k] || (r->itemised && kind == itemised[k]);
    if (needed && !has_column(r, kind) && missing == NULL)
      missing = known_columns[i].name;
  }
  if (missing != NULL)
    return cs_fail(error, CS_INVALID, r->csv.name, mark, "the header has no column \"%s\"; expected it", missing);
  if (!r->itemised && !has_column(r, TOTAL))
    return cs_fail(error, CS_INVALID, r->csv.name, mark,
                   "the header has no column named after a count of %s, nor \"item\"; expected one such as \"%s\"",
                   r->treaty->id, r->treaty->counts.at[0].rule.id);
  if (r->itemised && has_column(r, TOTAL))
    return cs_fail(error, CS_INVALID, r->csv.name, mark,
                   "the header has both \"item\" and a column named after a count; expected one of the two");
  return CS_OK;
}

static cs_status read_header(cs_record *r, cs_error *error)
{
  int got = cs_csv_next(&r->csv, error);
  if (got < 0)
    return CS_INVALID;
  if (got == 0)
    return cs_fail(error, CS_INVALID, r->csv.name, (cs_mark){1, 1}, "the file is empty; expected a header and rows");
  for (size_t i = 0; i < r->csv.count; i++) {
    cs_slice name = cs_csv_text(&r->csv.fields[i], &r->scratch);
    r->columns[i] = classify(r, name);
    for (size_t k = 0; k < i; k++)
      if (r->columns[i].kind != NOTE && r->columns[k].kind == r->columns[i].kind &&
          r->columns[k].count == r->columns[i].count)
        return fail_field(r, i, "is there twice", "each column once", error);
    /* A slip in a column's name must not turn its numbers into notes. */
    const char *nearest = cs_nearest(name, &r->treaty->counts.at[0].rule.id, r->treaty->counts.count, sizeof(cs_count));
    const char *known = cs_nearest(name, &known_columns[0].name, CS_COUNT_OF(known_columns), sizeof known_columns[0]);
    if (r->columns[i].kind == NOTE && known != NULL)
      return fail_name(r, i, "is almost a column that has a meaning", &known_columns[0].name,
                       CS_COUNT_OF(known_columns), sizeof known_columns[0], error);
    if (r->columns[i].kind == NOTE && nearest != NULL)
      return fail_name(r, i, "is almost a count of the agreement", &r->treaty->counts.at[0].rule.id,
                       r->treaty->counts.count, sizeof(cs_count), error);
    r->itemised = r->itemised || r->columns[i].kind == ITEM;
  }
  return require_columns(r, error);
}

/* ---- Rows -------------------------------------------------------------------------------- */

static cs_status read_date(cs_record *r, size_t field, cs_date *out, cs_error *error)
{
  cs_slice text = r->csv.fields[field].raw;
  return cs_date_parse(text.at, text.length, out)
           ? CS_OK
           : fail_field(r, field, "is not a date", "a day that exists, as YYYY-MM-DD", error);
}

static cs_status read_number(cs_record *r, size_t field, int64_t *out, cs_error *error)
{
  const char *why;
  cs_slice text = r->csv.fields[field].raw;
  if (text.length == 0) {
    *out = CS_NO_NUMBER;
    return CS_OK;
  }
  return cs_number_parse(text, out, &why)
           ? CS_OK
           : fail_field(r, field, why, "a whole number from 0 to 9007199254740991", error);
}

/* Index of the entry of `table` named by the field, trying `guess` first; SIZE_MAX where there is none. */
static size_t find_name(const cs_record *r, size_t field, const void *names, size_t count, size_t stride, size_t guess)
{
  cs_slice text = r->csv.fields[field].raw;
  for (size_t n = 0; n < count; n++) {
    size_t i = n == 0 ? guess : n <= guess ? n - 1 : n;
    const char *name;
    memcpy(&name, (const char *)names + i * stride, sizeof name);
    if (cs_slice_is(text, name))
      return i;
  }
  return SIZE_MAX;
}

static cs_status read_party(cs_record *r, size_t field, size_t *out, cs_error *error)
{
  const cs_treaty *t = r->treaty;
  *out = find_name(r, field, &t->parties.at[0].rule.id, t->parties.count, sizeof(cs_party), r->last_party);
  if (*out == SIZE_MAX)
    return fail_name(r, field, "is not a party of the agreement", &t->parties.at[0].rule.id, t->parties.count,
                     sizeof(cs_party), error);
  r->last_party = *out;
  return CS_OK;
}

static cs_status read_provided(cs_record *r, size_t field, cs_provided *out, cs_error *error)
{
  cs_slice text = r->csv.fields[field].raw;
  *out = cs_slice_is(text, "published") ? CS_PUBLISHED : CS_EXCHANGED;
  if (text.length == 0 || *out == CS_PUBLISHED || cs_slice_is(text, "exchanged"))
    return CS_OK;
  return fail_field(r, field, "does not say how the numbers were provided", "exchanged or published", error);
}

static cs_status read_field(cs_record *r, size_t field, cs_row *v, cs_error *error)
{
  const cs_treaty *t = r->treaty;
  switch (r->columns[field].kind) {
  case DATE:
    v->place = field;
    return read_date(r, field, &v->date, error);
  case PARTY:
    return read_party(r, field, &v->party, error);
  case PROVIDED:
    return read_provided(r, field, &v->provided, error);
  case RECEIVED:
    return r->csv.fields[field].raw.length == 0 ? CS_OK : read_date(r, field, &v->received, error);
  case ITEM:
    v->place = field;
    v->item = find_name(r, field, &t->items.at[0].rule.id, t->items.count, sizeof(cs_item), r->last_item);
    if (v->item == SIZE_MAX)
      return fail_name(r, field, "is not an item of the agreement", &t->items.at[0].rule.id, t->items.count,
                       sizeof(cs_item), error);
    r->last_item = v->item;
    return CS_OK;
  case STATE:
    v->state = field; /* read when the item is known */
    return CS_OK;
  case TYPE:
    v->type = r->csv.fields[field].raw;
    return CS_OK;
  case FACILITY:
    v->facility = r->csv.fields[field].raw;
    return CS_OK;
  case IDENTIFIER:
    v->identifier = r->csv.fields[field].raw;
    return CS_OK;
  case NUMBER:
    if (!r->itemised)
      return CS_OK;
    if (r->csv.fields[field].raw.length == 0)
      return fail_field(r, field, "is no number", "a whole number; a holding that is not known has no row", error);
    return read_number(r, field, &v->number, error);
  case TOTAL:
    return read_number(r, field, &r->totals[r->columns[field].count], error);
  default:
    return CS_OK;
  }
}

static cs_status read_state(cs_record *r, cs_row *v, cs_error *error)
{
  const cs_item *item = &r->treaty->items.at[v->item];
  size_t field = v->state;
  v->state = find_name(r, field, &item->states.at[0].rule.id, item->states.count, sizeof(cs_state), 0);
  if (v->state == SIZE_MAX)
    return fail_name(r, field, "is not a state of this item", &item->states.at[0].rule.id, item->states.count,
                     sizeof(cs_state), error);
  return CS_OK;
}

static cs_status read_values(cs_record *r, cs_row *v, cs_error *error)
{
  *v = (cs_row){.received = CS_DATE_NONE, .line = r->csv.line, .last_line = r->csv.next - 1};
  for (size_t i = 0; i < r->csv.count; i++) {
    cs_status status = read_field(r, i, v, error);
    if (status != CS_OK)
      return status;
  }
  return r->itemised ? read_state(r, v, error) : CS_OK;
}

cs_status cs_record_open(const cs_treaty *treaty, const cs_file *file, cs_record *out, cs_error *error)
{
  *out = (cs_record){.treaty = treaty, .csv = cs_csv_open(file)};
  out->totals = malloc(treaty->counts.count * sizeof *out->totals);
  cs_status status = out->totals == NULL ? cs_fail_memory(error) : read_header(out, error);
  if (status != CS_OK)
    cs_record_close(out);
  return status;
}

int cs_record_next(cs_record *record, cs_row *row, cs_error *error)
{
  int got = cs_csv_next(&record->csv, error);
  for (size_t i = 0; i < record->treaty->counts.count; i++)
    record->totals[i] = CS_NO_NUMBER;
  if (got == 1 && read_values(record, row, error) != CS_OK)
    return -1;
  return got;
}

cs_mark cs_record_mark(const cs_record *record, const cs_row *row)
{
  return cs_csv_mark(&record->csv, row->place);
}

void cs_record_close(cs_record *record)
{
  cs_arena_free(&record->scratch);
  free(record->totals);
  record->totals = NULL;
}
