/* Requests of visits: made, and what they rest on. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "home/visits.h"

/* ---- What is declared -------------------------------------------------------------------------------------------- */

typedef struct reading {
  cs_home *home;
  size_t party;
  cs_arena *arena;
  cs_named_entry *out;
} reading;

cs_status cs_declared_facilities(const cs_statement *declaration, cs_arena *arena, const char ***out, size_t *count,
                                 cs_error *error)
{
  const json_t *sealed = json_object_get(json_object_get(declaration->json, "sealed"), "facilities"),
               *open = json_object_get(declaration->json, "holdings"), *lists[] = {sealed, open};
  json_t *seen = json_object();
  *out = cs_arena_array(arena, json_array_size(sealed) + json_array_size(open) + 1, sizeof **out);
  *count = 0;
  cs_status status = *out == NULL || seen == NULL ? cs_fail_memory(error) : CS_OK;
  for (size_t l = 0; l < CS_COUNT_OF(lists); l++)
    for (size_t i = 0; i < json_array_size(lists[l]) && status == CS_OK; i++) {
      const char *name = json_string_value(json_object_get(json_array_get(lists[l], i), "facility"));
      if (name == NULL || json_object_get(seen, name) != NULL)
        continue;
      const char *copy = cs_arena_copy(arena, cs_slice_of(name));
      if (copy == NULL || json_object_set_new(seen, name, json_true()) != 0)
        status = cs_fail_memory(error);
      (*out)[(*count)++] = copy;
    }
  json_decref(seen);
  return status;
}

static cs_status take_declaration(void *context, uint64_t index, cs_slice bytes, cs_slice hash, cs_error *error)
{
  reading *r = context;
  cs_statement s;
  cs_admission admission;
  cs_error fault;
  (void)index;
  (void)hash;
  r->out->there = true;
  r->out->leaf = cs_hash_leaf(bytes.at, bytes.length);
  if (cs_statement_parse(bytes, NULL, &s, &fault) != CS_OK)
    return CS_OK;
  cs_status status = CS_OK;
  r->out->valid =
    s.kind == CS_DECLARE && cs_statement_admit(&s, r->home->treaty, r->party, NULL, &admission, &fault) == CS_OK;
  if (r->out->valid) {
    r->out->date = cs_statement_date(&s, "date");
    status = cs_declared_facilities(&s, r->arena, &r->out->facilities, &r->out->count, error);
  }
  cs_statement_free(&s);
  return status;
}

static cs_status take_time(void *context, uint64_t index, cs_slice bytes, cs_slice hash, cs_error *error)
{
  int64_t *last = context;
  cs_statement s;
  cs_error fault;
  (void)index;
  (void)hash;
  (void)error;
  if (cs_statement_parse(bytes, NULL, &s, &fault) != CS_OK)
    return CS_OK;
  *last = s.time;
  cs_statement_free(&s);
  return CS_OK;
}

cs_status cs_home_declared(cs_home *home, const char *origin, size_t party, int64_t entry, cs_arena *arena,
                           cs_named_entry *out, cs_error *error)
{
  cs_log *log = NULL;
  *out = (cs_named_entry){.last = INT64_MIN, .date = CS_DATE_NONE};
  reading r = {home, party, arena, out};
  cs_status status = cs_home_log_of(home, origin, &log, error);
  uint64_t size = log == NULL ? 0 : cs_log_checkpoint(log).size;
  if (status == CS_OK && size > 0)
    status = cs_log_entries(log, size - 1, 1, take_time, &out->last, error);
  if (status == CS_OK && entry >= 0 && (uint64_t)entry < size)
    status = cs_log_entries(log, (uint64_t)entry, 1, take_declaration, &r, error);
  cs_log_close(log);
  return status;
}

static cs_status declared_in(cs_home *home, const cs_log *log, size_t party, int64_t entry, cs_arena *arena,
                             cs_named_entry *out, cs_error *error)
{
  cs_checkpoint tree = {0};
  if (log != NULL)
    tree = cs_log_checkpoint(log);
  return cs_home_declared(home, tree.origin, party, entry, arena, out, error);
}

/* ---- Whether a request holds ------------------------------------------------------------------------------------- */

static bool has_facility(const cs_named_entry *d, const char *name)
{
  for (size_t i = 0; i < d->count; i++)
    if (strcmp(d->facilities[i], name) == 0)
      return true;
  return false;
}

/* Whether a draw can fall on one of the facilities. */
static bool has_weight(const cs_named_entry *d, const json_t *weights)
{
  for (size_t i = 0; i < d->count; i++)
    if (weights == NULL || json_integer_value(json_object_get(weights, d->facilities[i])) > 0)
      return true;
  return false;
}

cs_status cs_request_fault(cs_visit *v, const cs_named_entry *d, cs_arena *arena, cs_error *error)
{
  const char *words = !d->there                                        ? "is not there"
                      : !cs_hash_equal(&d->leaf, &v->named)            ? "is another one here"
                      : !d->valid                                      ? "is no declaration"
                      : v->designated && !has_facility(d, v->facility) ? "declares no such facility"
                      : !v->designated && !has_weight(d, v->weights)   ? "declares no facility to draw from"
                                                                       : NULL;
  if (words == NULL)
    return CS_OK;
  /* Where the ledger goes on after the request and still has no such entry, there was none when it was made. */
  v->doubtful = d->there ? !cs_hash_equal(&d->leaf, &v->named) : d->last <= v->requested + CS_CLOCK_TOLERANCE;
  v->fault =
    cs_arena_format(arena, "%s%sentry %lld of %s %s", v->facility == NULL ? "" : v->facility,
                    v->facility == NULL ? "" : ": ", (long long)v->declaration, v->side[CS_INSPECTED].origin, words);
  return v->fault == NULL ? cs_fail_memory(error) : CS_OK;
}

/* ---- Making one -------------------------------------------------------------------------------------------------- */

typedef struct newest {
  cs_home *home;
  size_t party;
  int64_t entry;    /* the newest declaration; -1: none */
  int64_t named;    /* an entry of which corrections are looked for */
  int64_t corrects; /* the correction; -1: none */
} newest;

static cs_status find_newest(void *context, uint64_t index, cs_slice bytes, const cs_statement *s, cs_error *error)
{
  newest *n = context;
  (void)bytes;
  cs_admission admission;
  cs_error fault;
  (void)error;
  if (s->kind == CS_DECLARE && cs_statement_admit(s, n->home->treaty, n->party, NULL, &admission, &fault) == CS_OK) {
    n->entry = (int64_t)index;
    if (n->named >= 0 && cs_statement_number(s, "corrects") == n->named)
      n->corrects = (int64_t)index;
  }
  return CS_OK;
}

static cs_status refuse_facility(cs_home *home, const char *name, int64_t entry, const cs_named_entry *d,
                                 cs_error *error)
{
  char quoted[CS_QUOTED];
  const char *nearest = cs_nearest(cs_slice_of(name), d->facilities, d->count, sizeof *d->facilities);
  cs_status status = cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0},
                             "%s is no facility that entry %lld declares; expected one of its %zu",
                             cs_quote(cs_slice_of(name), quoted), (long long)entry, d->count);
  if (nearest != NULL)
    cs_hint(error, "did you mean \"%s\"?", nearest);
  return status;
}

/* Every place that it names is one that is declared. */
static cs_status check_places(cs_home *home, const cs_statement *s, const cs_named_entry *d, cs_error *error)
{
  const char *facility = cs_statement_text(s, "facility"), *name;
  int64_t entry = cs_statement_number(s, "declaration");
  json_t *weight, *weights = json_object_get(s->json, "weights");
  if (facility != NULL && !has_facility(d, facility))
    return refuse_facility(home, facility, entry, d, error);
  json_object_foreach(weights, name, weight)
  {
    if (!has_facility(d, name))
      return refuse_facility(home, name, entry, d, error);
  }
  if (facility == NULL && !has_weight(d, weights))
    return cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0},
                   "entry %lld declares no facility that could be drawn; expected one that does", (long long)entry);
  return CS_OK;
}

cs_status cs_home_check_request(cs_home *home, const cs_statement *request, cs_error *error)
{
  cs_log *log = NULL;
  cs_arena arena = {0};
  cs_named_entry d;
  newest n = {home, cs_treaty_find(home->treaty, CS_KEY_PARTY, cs_statement_text(request, "of")), -1,
              cs_statement_number(request, "declaration"), -1};
  cs_status status = cs_home_ledger_of(home, n.party, &log, error);
  if (status == CS_OK)
    status = declared_in(home, log, n.party, n.named, &arena, &d, error);
  if (status == CS_OK && !d.valid)
    status = cs_fail(
      error, CS_INVALID, home->key.name, (cs_mark){0},
      "entry %lld of %s's ledger is no declaration in the copy that is here; expected one (\"sync\" fetches what "
      "is new)",
      (long long)n.named, cs_statement_text(request, "of"));
  if (status == CS_OK)
    status = cs_home_walk(log, UINT64_MAX, "declare", find_newest, &n, error);
  if (status == CS_OK && n.corrects >= 0)
    status = cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0},
                     "entry %lld was corrected by entry %lld; expected a declaration that stands", (long long)n.named,
                     (long long)n.corrects);
  if (status == CS_OK)
    status = check_places(home, request, &d, error);
  cs_log_close(log);
  cs_arena_free(&arena);
  return status;
}

/* The entry that the plan names, or the newest declaration, and its leaf hash. */
static cs_status find_declaration(cs_home *home, const cs_visit_plan *plan, int64_t *entry, char leaf[CS_HEX_HASH],
                                  cs_error *error)
{
  cs_log *log = NULL;
  cs_arena arena = {0};
  cs_named_entry d = {0};
  newest n = {home, cs_treaty_find(home->treaty, CS_KEY_PARTY, plan->of), -1, -1, -1};
  if (n.party == SIZE_MAX) { /* which the agreement does not admit, and says so better */
    *entry = 0;
    memset(leaf, '0', CS_HEX_HASH - 1);
    leaf[CS_HEX_HASH - 1] = '\0';
    return CS_OK;
  }
  cs_status status = cs_home_ledger_of(home, n.party, &log, error);
  if (status == CS_OK && log != NULL && plan->declaration < 0)
    status = cs_home_walk(log, UINT64_MAX, "declare", find_newest, &n, error);
  *entry = plan->declaration < 0 ? n.entry : plan->declaration;
  if (status == CS_OK && log != NULL)
    status = declared_in(home, log, n.party, *entry, &arena, &d, error);
  if (status == CS_OK && *entry < 0) {
    status = cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0},
                     "there is no declaration of %s here; expected one in the copy of its ledger", plan->of);
    cs_hint(error, "\"countersign sync\" fetches what is new");
  }
  sodium_bin2hex(leaf, CS_HEX_HASH, d.leaf.bytes, CS_HASH);
  cs_log_close(log);
  cs_arena_free(&arena);
  return status;
}

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

enum { WEIGHT_BYTES = 1 << 20 };

static cs_status fail_row(const cs_csv *csv, size_t field, const char *fault, const char *expected, cs_error *error)
{
  char quoted[CS_QUOTED];
  return cs_fail(error, CS_INVALID, csv->name, cs_csv_mark(csv, field), "%s %s; expected %s",
                 cs_quote(csv->fields[field].raw, quoted), fault, expected);
}

static cs_status read_weight(const cs_csv *csv, cs_arena *arena, json_t *out, cs_error *error)
{
  const char *why;
  int64_t weight;
  cs_slice name = cs_csv_text(&csv->fields[0], arena);
  if (!cs_number_parse(csv->fields[1].raw, &weight, &why))
    return fail_row(csv, 1, why, "a whole number", error);
  const char *facility = cs_arena_copy(arena, name);
  if (facility == NULL)
    return cs_fail_memory(error);
  if (json_object_get(out, facility) != NULL)
    return fail_row(csv, 0, "is there twice", "a row for each facility", error);
  return json_object_set_new(out, facility, json_integer((json_int_t)weight)) == 0 ? CS_OK : cs_fail_memory(error);
}

/* An object of weights by facility, which the caller releases. */
static cs_status read_weights(const char *path, json_t **out, cs_error *error)
{
  cs_file file;
  cs_arena arena = {0};
  cs_status status = cs_file_read(path, WEIGHT_BYTES, &file, error);
  if (status != CS_OK)
    return status;
  cs_csv csv = cs_csv_open(&file);
  int got = cs_csv_next(&csv, error);
  *out = json_object();
  if (got >= 0 && (got == 0 || csv.count != 2 || !cs_slice_is(csv.fields[0].raw, "facility") ||
                   !cs_slice_is(csv.fields[1].raw, "weight")))
    status = cs_fail(error, CS_INVALID, path, (cs_mark){1, 1}, "the columns are others; expected facility,weight");
  while (status == CS_OK && got > 0 && (got = cs_csv_next(&csv, error)) > 0)
    status = read_weight(&csv, &arena, *out, error);
  status = got < 0 ? CS_INVALID : status;
  cs_arena_free(&arena);
  cs_file_free(&file);
  if (status != CS_OK)
    json_decref(*out);
  return status;
}

/* ---- Requests ---------------------------------------------------------------------------------------------------- */

cs_status cs_home_request_visit(cs_home *home, const cs_visit_plan *plan, int64_t time, uint64_t *entry,
                                cs_error *error)
{
  int64_t declaration;
  char leaf[CS_HEX_HASH];
  cs_status status = find_declaration(home, plan, &declaration, leaf, error);
  if (status != CS_OK)
    return status;
  json_t *extra = json_pack("{s:s, s:s, s:s, s:I, s:s}", "inspection", plan->inspection, "of", plan->of, "date",
                            plan->date, "declaration", (json_int_t)declaration, "leaf", leaf);
  json_t *weights = NULL;
  if (plan->weights != NULL)
    status = read_weights(plan->weights, &weights, error);
  if (status == CS_OK &&
      (extra == NULL || (weights != NULL && json_object_set_new(extra, "weights", weights) != 0) ||
       (plan->facility != NULL && json_object_set_new(extra, "facility", json_string(plan->facility)) != 0)))
    status = cs_fail_memory(error);
  if (status != CS_OK) {
    json_decref(extra);
    return status;
  }
  return cs_home_state(home, CS_INSPECT_REQUEST, NULL, 0, extra, time, entry, NULL, error);
}
