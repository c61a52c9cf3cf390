/* Claims: what a party proves about counts that it has sealed. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "statement/seals.h"

const char *const cs_claim_names[CS_CLAIM_KINDS] = {
  [CS_CLAIM_AT_MOST] = "at-most",
  [CS_CLAIM_NOT_ABOVE] = "not-above",
  [CS_CLAIM_EQUAL] = "equal",
  [CS_CLAIM_BALANCED] = "balanced",
};

/* Which keys each kind has; of "equal", either of two. */
static const struct {
  bool count, limit, baseline, number;
} wants[CS_CLAIM_KINDS] = {
  [CS_CLAIM_AT_MOST] = {.count = true, .limit = true},
  [CS_CLAIM_NOT_ABOVE] = {.count = true, .baseline = true},
  [CS_CLAIM_EQUAL] = {.count = true, .baseline = true, .number = true},
  [CS_CLAIM_BALANCED] = {.count = false},
};

static cs_status refuse(const char *place, cs_error *error, const char *value, const char *fault, const char *expected)
{
  char quoted[CS_QUOTED];
  return cs_fail(error, CS_INVALID, place, (cs_mark){0}, "%s %s; expected %s", cs_quote(cs_slice_of(value), quoted),
                 fault, expected);
}

/* ---- Reading ------------------------------------------------------------------------------------------------- */

static int64_t number_of(const json_t *json, const char *key)
{
  const json_t *value = json_object_get(json, key);
  return value == NULL ? -1 : json_integer_value(value);
}

static bool has_its_keys(cs_claim_kind kind, const json_t *json)
{
  bool limit = number_of(json, "limit") >= 0, baseline = number_of(json, "baseline") >= 0,
       number = number_of(json, "number") >= 0, count = json_object_get(json, "count") != NULL;
  if (count != wants[kind].count || limit != wants[kind].limit)
    return false;
  return kind == CS_CLAIM_EQUAL ? baseline != number : baseline == wants[kind].baseline && number == wants[kind].number;
}

cs_status cs_claim_read(const cs_statement *statement, const cs_treaty *treaty, size_t index, const char *place,
                        cs_claim *out, cs_error *error)
{
  const json_t *json = json_array_get(json_object_get(statement->json, "claims"), index);
  const char *name = json_string_value(json_object_get(json, "claim")),
             *count = json_string_value(json_object_get(json, "count"));
  size_t kind = 0;
  while (kind < CS_CLAIM_KINDS && strcmp(cs_claim_names[kind], name) != 0)
    kind++;
  if (kind == CS_CLAIM_KINDS)
    return refuse(place, error, name, "is no claim", "at-most, not-above, equal or balanced");
  if (!has_its_keys((cs_claim_kind)kind, json))
    return refuse(place, error, name, "has not the keys of such a claim",
                  "count and limit (at-most), count and baseline (not-above), count and one of both or number (equal), "
                  "none (balanced)");
  *out = (cs_claim){(cs_claim_kind)kind, SIZE_MAX, number_of(json, kind == CS_CLAIM_AT_MOST ? "limit" : "number"),
                    number_of(json, "baseline")};
  if (count != NULL && (out->count = cs_treaty_find(treaty, CS_KEY_COUNT, count)) == SIZE_MAX)
    return refuse(place, error, count, "is no count of the agreement", "one that it defines");
  return CS_OK;
}

/* ---- The entries that claims speak of ------------------------------------------------------------------------ */

/* A sealed declaration, or a notification of a sealed transfer. */
typedef struct subject {
  uint64_t index;
  cs_text bytes;
  cs_statement statement;
  cs_sealed sealed; /* of a declaration */
  cs_commitment transfer[2];
  const cs_commitment *commitments;
  size_t count;
  cs_hash leaf;
} subject;

typedef struct case_file {
  const cs_treaty *treaty;
  const cs_seal_bound *bound;
  const cs_entry_source *entries;
  const char *place;
  cs_error *error;
  subject *subjects[CS_CLAIMS + 1];
  size_t subject_count;
  cs_relation relations[2 * CS_CLAIMS];
  struct { /* whose commitments they are of, one after the other */
    const subject *of[2];
    size_t first[2];
  } parts[2 * CS_CLAIMS];
  size_t relation_count, bits;
  cs_arena arena;
} case_file;

static void case_close(case_file *c)
{
  for (size_t i = 0; i < c->subject_count; i++) {
    cs_sealed_free(&c->subjects[i]->sealed);
    cs_statement_free(&c->subjects[i]->statement);
    cs_text_free(&c->subjects[i]->bytes);
    free(c->subjects[i]);
  }
  cs_arena_free(&c->arena);
}

static cs_status read_subject(case_file *c, uint64_t index, subject *s)
{
  bool found = false;
  s->index = index;
  cs_status status = c->entries->read(c->entries->context, index, &s->bytes, &found, c->error);
  if (status != CS_OK)
    return status;
  cs_error fault;
  cs_slice bytes = {s->bytes.at, s->bytes.length};
  if (!found || cs_statement_parse(bytes, c->place, &s->statement, &fault) != CS_OK)
    return cs_fail(c->error, CS_INVALID, c->place, (cs_mark){0},
                   "it speaks of entry %llu, which is not there; expected a sealed statement of this ledger",
                   (unsigned long long)index);
  s->leaf = cs_hash_leaf(bytes.at, bytes.length);
  if (cs_transfer_read(&s->statement, s->transfer)) {
    s->commitments = s->transfer;
    s->count = 2;
    return CS_OK;
  }
  if (s->statement.kind != CS_DECLARE || json_object_get(s->statement.json, "sealed") == NULL)
    return cs_fail(c->error, CS_INVALID, c->place, (cs_mark){0},
                   "it speaks of entry %llu, which seals nothing; expected a sealed statement of this ledger",
                   (unsigned long long)index);
  status = cs_sealed_read(&s->statement, c->treaty, c->place, &s->sealed, c->error);
  s->commitments = s->sealed.commitments;
  s->count = s->sealed.facility_count * s->sealed.cell_count;
  return status;
}

static cs_status get_subject(case_file *c, uint64_t index, const subject **out)
{
  for (size_t i = 0; i < c->subject_count; i++)
    if (c->subjects[i]->index == index) {
      *out = c->subjects[i];
      return CS_OK;
    }
  if (c->subject_count == CS_COUNT_OF(c->subjects))
    return cs_fail(c->error, CS_INVALID, c->place, (cs_mark){0}, "the claims speak of too many entries");
  subject *s = calloc(1, sizeof *s);
  if (s == NULL)
    return cs_fail_memory(c->error);
  c->subjects[c->subject_count++] = s;
  *out = s;
  return read_subject(c, index, s);
}

/* ---- What is declared openly beside what is sealed ----------------------------------------------------------- */

/* Adds what an open holding contributes to a count. */
static bool add_holding(const cs_treaty *t, const int64_t *weights, const json_t *holding, int64_t *sum, bool *seen)
{
  size_t i = cs_treaty_find(t, CS_KEY_ITEM, json_string_value(json_object_get(holding, "item"))), k = 0;
  const cs_item *item = &t->items.at[i];
  const char *state = json_string_value(json_object_get(holding, "state"));
  while (k + 1 < item->states.count && strcmp(item->states.at[k].rule.id, state) != 0)
    k++;
  int64_t part;
  seen[item->cell + k] = true;
  return !__builtin_mul_overflow(weights[item->cell + k], json_integer_value(json_object_get(holding, "count")),
                                 &part) &&
         !__builtin_add_overflow(*sum, part, sum) && *sum <= CS_NUMBER_MAX && *sum >= -CS_NUMBER_MAX;
}

/* The open part of a count; every cell that the count needs is sealed or declared. */
static cs_status open_sum(case_file *c, const subject *s, size_t count, int64_t *out)
{
  const int64_t *weights = c->treaty->counts.at[count].weights;
  const json_t *holdings = json_object_get(s->statement.json, "holdings");
  bool *seen = cs_arena_array(&c->arena, c->treaty->cells + 1, sizeof *seen), fits = true;
  if (seen == NULL)
    return cs_fail_memory(c->error);
  *out = 0;
  for (size_t i = 0; i < s->sealed.cell_count; i++)
    seen[s->sealed.cells[i]] = true;
  for (size_t i = 0; i < json_array_size(holdings) && fits; i++)
    fits = add_holding(c->treaty, weights, json_array_get(holdings, i), out, seen);
  if (!fits)
    return refuse(c->place, c->error, c->treaty->counts.at[count].rule.id, "comes to more than can be",
                  "at most 9007199254740991");
  for (size_t i = 0; i < c->treaty->cells; i++)
    if (weights[i] != 0 && !seen[i])
      return cs_fail(c->error, CS_INVALID, c->place, (cs_mark){0},
                     "\"%s\" counts %s, of which entry %llu says nothing; expected every part of it declared or sealed",
                     c->treaty->counts.at[count].rule.id, cs_cell_name(c->treaty, i, &c->arena),
                     (unsigned long long)s->index);
  return CS_OK;
}

/* ---- Relations ----------------------------------------------------------------------------------------------- */

/* Makes room for a relation over the commitments of one or two subjects. */
static cs_status add_relation(case_file *c, const subject *first, const subject *second, size_t skip, bool zero,
                              int64_t **weights, cs_relation **out)
{
  size_t one = first->count - skip, two = second == NULL ? 0 : second->count;
  cs_commitment *commitments = cs_arena_array(&c->arena, one + two, sizeof *commitments);
  *weights = cs_arena_array(&c->arena, one + two, sizeof **weights);
  if (commitments == NULL || *weights == NULL)
    return cs_fail_memory(c->error);
  memcpy(commitments, first->commitments + skip, one * sizeof *commitments);
  if (second != NULL)
    memcpy(commitments + one, second->commitments, two * sizeof *commitments);
  size_t r = c->relation_count++;
  c->parts[r].of[0] = first;
  c->parts[r].of[1] = second;
  c->parts[r].first[0] = skip;
  c->relations[r] = (cs_relation){.commitments = commitments, .weights = *weights, .count = one + two, .zero = zero};
  *out = &c->relations[r];
  return CS_OK;
}

/* The weights of a count in a declaration, times `sign`. */
static void weigh(const case_file *c, const subject *s, size_t count, int64_t sign, int64_t *out)
{
  const int64_t *weights = c->treaty->counts.at[count].weights;
  for (size_t i = 0; i < s->count; i++)
    out[i] = sign * weights[s->sealed.cells[i % s->sealed.cell_count]];
}

/* The most that a relation can come to decides how wide its proof is, for prover and verifier alike. */
static cs_status measure(case_file *c, const cs_relation *r, size_t bits)
{
  int64_t least, most;
  if (!cs_seal_extent(r->weights, r->count, bits, r->constant, &least, &most))
    return cs_fail(c->error, CS_INVALID, c->place, (cs_mark){0},
                   "a claim speaks of more than a sealed count may come to; expected smaller numbers");
  if (r->zero ? least > 0 || most < 0 : most < 0)
    return cs_fail(c->error, CS_INVALID, c->place, (cs_mark){0}, "a claim can never hold; expected one that can");
  if (!r->zero && cs_seal_width(most) > c->bits)
    c->bits = cs_seal_width(most);
  return CS_OK;
}

static cs_status balance(case_file *c, const subject *s)
{
  cs_relation *r;
  int64_t *weights;
  if (s->commitments != s->transfer)
    return refuse(c->place, c->error, "balanced", "is about no sealed transfer", "a notification with sealed counts");
  cs_status status = add_relation(c, s, NULL, 0, true, &weights, &r);
  if (status != CS_OK)
    return status;
  weights[0] = weights[1] = 1;
  status = add_relation(c, s, NULL, 1, false, &weights, &r); /* what is gained is not negative */
  if (status != CS_OK)
    return status;
  weights[0] = 1;
  return measure(c, r, CS_SEAL_BITS);
}

static cs_status compare(case_file *c, const cs_claim *claim, const subject *s)
{
  const subject *base = NULL;
  int64_t open = 0, base_open = 0, *weights;
  cs_relation *r;
  cs_status status = CS_OK;
  if (claim->baseline >= 0)
    status = get_subject(c, (uint64_t)claim->baseline, &base);
  if (status != CS_OK)
    return status;
  if (s->commitments == s->transfer || (base != NULL && base->commitments == base->transfer))
    return refuse(c->place, c->error, cs_claim_names[claim->kind], "is about no declaration", "a sealed declaration");
  status = open_sum(c, s, claim->count, &open);
  if (status == CS_OK && base != NULL)
    status = open_sum(c, base, claim->count, &base_open);
  if (status == CS_OK)
    status = add_relation(c, s, base, 0, claim->kind == CS_CLAIM_EQUAL, &weights, &r);
  if (status != CS_OK)
    return status;
  /* What it was, or may be, less what it is. */
  weigh(c, s, claim->count, -1, weights);
  if (base != NULL)
    weigh(c, base, claim->count, 1, weights + s->count);
  r->constant = open - (base != NULL ? base_open : claim->number);
  size_t bits = base != NULL && base->sealed.bits > s->sealed.bits ? base->sealed.bits : s->sealed.bits;
  return measure(c, r, bits);
}

static cs_status plan(case_file *c, uint64_t entry, const cs_claim *claims, size_t count)
{
  const subject *s = NULL;
  if (count > CS_CLAIMS)
    return cs_fail(c->error, CS_INVALID, c->place, (cs_mark){0}, "%zu claims in one statement; expected at most %d",
                   count, CS_CLAIMS);
  cs_status status = get_subject(c, entry, &s);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = claims[i].kind == CS_CLAIM_BALANCED ? balance(c, s) : compare(c, &claims[i], s);
  return status;
}

/* ---- What the proof is bound to ------------------------------------------------------------------------------ */

/* A number as text; NULL when out of memory. */
static cs_slice number_text(case_file *c, int64_t number)
{
  const char *text = cs_arena_format(&c->arena, "%lld", (long long)number);
  return cs_slice_of(text == NULL ? "" : text);
}

/* Agreement, party, ledger; each entry with its hash, which stands for its date and every commitment in it; each claim. */
static cs_status bind(case_file *c, const cs_claim *claims, size_t count, cs_seal_context *out)
{
  cs_seal_fact *facts = cs_arena_array(&c->arena, 4 + 2 * c->subject_count + 4 * count, sizeof *facts);
  if (facts == NULL)
    return cs_fail_memory(c->error);
  size_t n = 0;
  facts[n++] = (cs_seal_fact){"agreement", cs_slice_of(c->bound->treaty_hash)};
  facts[n++] = (cs_seal_fact){"party", cs_slice_of(c->bound->party)};
  facts[n++] = (cs_seal_fact){"ledger", cs_slice_of(c->bound->origin)};
  facts[n++] = (cs_seal_fact){"statement", CS_SLICE("claim")};
  for (size_t i = 0; i < c->subject_count; i++) {
    facts[n++] = (cs_seal_fact){"entry", number_text(c, (int64_t)c->subjects[i]->index)};
    facts[n++] = (cs_seal_fact){"leaf", {(const char *)c->subjects[i]->leaf.bytes, CS_HASH}};
  }
  for (size_t i = 0; i < count; i++) {
    const char *name = claims[i].count == SIZE_MAX ? "" : c->treaty->counts.at[claims[i].count].rule.id;
    facts[n++] = (cs_seal_fact){"claim", cs_slice_of(cs_claim_names[claims[i].kind])};
    facts[n++] = (cs_seal_fact){"count", cs_slice_of(name)};
    facts[n++] = (cs_seal_fact){"number", number_text(c, claims[i].number)};
    facts[n++] = (cs_seal_fact){"baseline", number_text(c, claims[i].baseline)};
  }
  *out = (cs_seal_context){facts, n};
  return CS_OK;
}

/* ---- Verifying ----------------------------------------------------------------------------------------------- */

static cs_status verify_case(case_file *c, const cs_statement *statement)
{
  cs_claim claims[CS_CLAIMS] = {0};
  size_t count = json_array_size(json_object_get(statement->json, "claims"));
  cs_slice proof;
  cs_seal_context context;
  cs_status status = CS_OK;
  for (size_t i = 0; i < count && i < CS_CLAIMS && status == CS_OK; i++)
    status = cs_claim_read(statement, c->treaty, i, c->place, &claims[i], c->error);
  if (status == CS_OK)
    status = plan(c, (uint64_t)cs_statement_number(statement, "entry"), claims, count);
  if (status == CS_OK)
    status = bind(c, claims, count, &context);
  if (status == CS_OK)
    status = cs_arena_base64(&c->arena, cs_statement_text(statement, "proof"), c->place, &proof, c->error);
  if (status != CS_OK)
    return status;
  cs_error fault;
  status = cs_seal_verify_relations(&context, c->relations, c->relation_count, c->bits, proof, &fault);
  if (status == CS_INVALID)
    return cs_fail(c->error, CS_INVALID, c->place, (cs_mark){0}, "its claims are not proven: %s", fault.what);
  if (status == CS_SYSTEM)
    *c->error = fault;
  return status;
}

static cs_status claims_verify(const cs_statement *statement, const cs_treaty *treaty, const cs_seal_bound *bound,
                               const cs_entry_source *entries, const char *place, cs_error *error)
{
  case_file *c = calloc(1, sizeof *c);
  if (c == NULL)
    return cs_fail_memory(error);
  c->treaty = treaty;
  c->bound = bound;
  c->entries = entries;
  c->place = place;
  c->error = error;
  cs_status status = verify_case(c, statement);
  case_close(c);
  free(c);
  return status;
}

cs_status cs_statement_verify(const cs_statement *statement, const cs_treaty *treaty, const cs_seal_bound *bound,
                              const cs_entry_source *entries, const char *place, cs_error *error)
{
  if (statement->kind == CS_CLAIM)
    return claims_verify(statement, treaty, bound, entries, place, error);
  if (statement->kind == CS_DECLARE && json_object_get(statement->json, "sealed") != NULL)
    return cs_sealed_verify(statement, treaty, bound, place, error);
  return CS_OK;
}

cs_status cs_statement_references(const cs_statement *statement,
                                  cs_status (*each)(void *context, uint64_t index, cs_error *error), void *context,
                                  cs_error *error)
{
  if (statement->kind != CS_CLAIM)
    return CS_OK;
  const json_t *claims = json_object_get(statement->json, "claims");
  cs_status status = each(context, (uint64_t)cs_statement_number(statement, "entry"), error);
  for (size_t i = 0; i < json_array_size(claims) && status == CS_OK; i++) {
    int64_t baseline = number_of(json_array_get(claims, i), "baseline");
    if (baseline >= 0)
      status = each(context, (uint64_t)baseline, error);
  }
  return status;
}

/* ---- Making -------------------------------------------------------------------------------------------------- */

/* The secrets of each relation, side by side in locked memory. */
static cs_status join_secrets(const case_file *c, size_t r, const cs_secret_source *source, cs_secret **out)
{
  cs_secret *all = sodium_allocarray(c->relations[r].count + 1, sizeof *all);
  size_t n = 0;
  cs_status status = all == NULL ? cs_fail_memory(c->error) : CS_OK;
  for (size_t i = 0; i < 2 && c->parts[r].of[i] != NULL && status == CS_OK; i++) {
    const subject *s = c->parts[r].of[i];
    const cs_secret *secrets;
    size_t count;
    status = source->read(source->context, s->index, &secrets, &count, c->error);
    if (status == CS_OK && count != s->count)
      status =
        cs_fail(c->error, CS_INVALID, c->place, (cs_mark){0}, "the vault has %zu secrets for entry %llu; expected %zu",
                count, (unsigned long long)s->index, s->count);
    for (size_t k = c->parts[r].first[i]; k < s->count && status == CS_OK; k++)
      all[n++] = secrets[k];
  }
  *out = all;
  return status;
}

static cs_status prove_case(case_file *c, const cs_claim *claims, size_t count, const cs_secret_source *source,
                            cs_text *proof)
{
  cs_secret *secrets[2 * CS_CLAIMS] = {0};
  cs_seal_context context;
  cs_status status = bind(c, claims, count, &context);
  for (size_t r = 0; r < c->relation_count && status == CS_OK; r++)
    status = join_secrets(c, r, source, &secrets[r]);
  if (status == CS_OK)
    status = cs_seal_prove_relations(&context, c->relations, (const cs_secret *const *)secrets, c->relation_count,
                                     c->bits, proof, c->error);
  for (size_t r = 0; r < c->relation_count; r++)
    sodium_free(secrets[r]);
  return status;
}

static json_t *claim_json(const cs_treaty *treaty, const cs_claim *claim)
{
  json_t *json = json_pack("{s:s}", "claim", cs_claim_names[claim->kind]);
  if (claim->count != SIZE_MAX)
    json_object_set_new(json, "count", json_string(treaty->counts.at[claim->count].rule.id));
  if (claim->number >= 0)
    json_object_set_new(json, claim->kind == CS_CLAIM_AT_MOST ? "limit" : "number", json_integer(claim->number));
  if (claim->baseline >= 0)
    json_object_set_new(json, "baseline", json_integer(claim->baseline));
  return json;
}

cs_status cs_claims_make(const cs_treaty *treaty, const cs_seal_bound *bound, uint64_t entry, const cs_claim *claims,
                         size_t count, const cs_entry_source *entries, const cs_secret_source *secrets, json_t **out,
                         cs_error *error)
{
  *out = NULL;
  case_file *c = calloc(1, sizeof *c);
  if (c == NULL)
    return cs_fail_memory(error);
  c->treaty = treaty;
  c->bound = bound;
  c->entries = entries;
  c->error = error;
  cs_text proof = {0};
  cs_status status = plan(c, entry, claims, count);
  if (status == CS_OK)
    status = prove_case(c, claims, count, secrets, &proof);
  json_t *list = json_array();
  for (size_t i = 0; i < count && status == CS_OK; i++)
    if (json_array_append_new(list, claim_json(treaty, &claims[i])) != 0)
      status = cs_fail_memory(error);
  if (status == CS_OK && (*out = json_pack("{s:I, s:O, s:o}", "entry", (json_int_t)entry, "claims", list, "proof",
                                           cs_json_base64(proof.at, proof.length))) == NULL)
    status = cs_fail_memory(error);
  json_decref(list);
  cs_text_free(&proof);
  case_close(c);
  free(c);
  return status;
}
