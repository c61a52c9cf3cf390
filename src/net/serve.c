/* The answers of a home: its ledger as tiles, its witness, its JSON API. */
#include "net/serve.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char JSON[] = "application/json", BYTES[] = "application/octet-stream";
enum { MOST_ENTRIES = 256 };

/* ---- The state of the ledger --------------------------------------------------------------------------------- */

static cs_status reopen(cs_service *s, cs_error *error)
{
  cs_log_close(s->log);
  s->log = NULL;
  s->checkpoint.length = 0;
  if (s->home->party == (size_t)CS_OBSERVER)
    return CS_OK;
  return cs_home_read_own(s->home, &s->log, error);
}

cs_status cs_service_open(cs_service *service, cs_home *home, cs_error *error)
{
  *service = (cs_service){.home = home};
  cs_status status = cs_store_version(home->store, &service->version, error);
  return status == CS_OK ? reopen(service, error) : status;
}

void cs_service_close(cs_service *service)
{
  cs_log_close(service->log);
  cs_text_free(&service->checkpoint);
}

/* Sees what another process has appended meanwhile. */
static cs_status refresh(cs_service *s, cs_error *error)
{
  int64_t version;
  cs_status status = cs_store_version(s->home->store, &version, error);
  if (status != CS_OK || version == s->version)
    return status;
  s->version = version;
  return reopen(s, error);
}

/* ---- Replies ------------------------------------------------------------------------------------------------- */

static void say(cs_reply *reply, int code, const char *words)
{
  reply->code = code;
  reply->type = "text/plain; charset=utf-8";
  reply->body.length = 0;
  cs_text_add(&reply->body, "%s\n", words);
}

/* What went wrong inside stays inside. */
static void say_failed(cs_reply *reply)
{
  say(reply, 500, "the server failed");
}

/* Gives `json` as the reply, and releases it. */
static void say_json(cs_reply *reply, json_t *json)
{
  char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
  json_decref(json);
  reply->type = JSON;
  if (text == NULL)
    say_failed(reply);
  else
    cs_text_add(&reply->body, "%s\n", text);
  free(text);
}

/* ---- The ledger as tiles ------------------------------------------------------------------------------------- */

static void get_checkpoint(cs_service *s, const cs_query *query, cs_reply *reply)
{
  cs_error error;
  cs_status status = CS_OK;
  (void)query;
  if (s->log == NULL) {
    say(reply, 404, "an observer has no ledger");
    return;
  }
  if (s->checkpoint.length == 0)
    status = cs_home_checkpoint(s->home, s->log, &s->checkpoint, &error);
  if (status == CS_OK) {
    cs_text_put(&reply->body, s->checkpoint.at, s->checkpoint.length);
  } else {
    cs_text_free(&s->checkpoint);
    say_failed(reply);
  }
}

static void get_tile(cs_service *s, const cs_query *query, cs_reply *reply)
{
  cs_tile tile;
  cs_error error;
  bool found = false;
  if (s->log == NULL || !cs_tile_parse(cs_slice_of(query->path + 1), &tile)) {
    say(reply, 404, "there is no such tile");
    return;
  }
  if (cs_log_tile(s->log, &tile, &reply->body, &found, &error) != CS_OK) {
    say_failed(reply);
    return;
  }
  if (!found) {
    say(reply, 404, "there is no such tile");
    return;
  }
  reply->type = BYTES;
  reply->immutable = true;
}

/* ---- The witness --------------------------------------------------------------------------------------------- */

/* The peer whose ledger has this origin; false where it is none that this home follows. */
static bool find_origin(cs_service *s, const char *origin, cs_peer *out)
{
  cs_peer *peers = NULL;
  size_t count = 0;
  cs_error error;
  bool found = false;
  if (cs_home_peers(s->home, &peers, &count, &error) != CS_OK)
    return false;
  for (size_t i = 0; i < count && !found; i++) {
    found = strcmp(peers[i].key.name, origin) == 0;
    if (found)
      *out = peers[i];
  }
  free(peers);
  return found;
}

/* The checkpoint may bear the time that the ledger itself puts on it; it is kept, should the ledger go back. */
static void remember(cs_service *s, const cs_peer *peer, cs_slice note)
{
  cs_log *log = NULL;
  size_t party;
  cs_verifier cosigner;
  cs_error ignored;
  if (cs_log_open(s->home->store, &peer->key, NULL, &log, &ignored) == CS_OK &&
      cs_home_party_of(s->home, log, &party, &cosigner, &ignored) == CS_OK)
    (void)cs_home_keep_shown(s->home, &peer->key, &cosigner, note, &ignored);
  cs_log_close(log);
}

static void witness(cs_service *s, const cs_witness_request *request, const cs_peer *peer, cs_reply *reply)
{
  cs_checkpoint last, now;
  cs_error error;
  int64_t time;
  if (cs_home_cosigned(s->home, peer->key.name, &last, &error) != CS_OK || cs_home_now(&time, &error) != CS_OK) {
    say_failed(reply);
    return;
  }
  cs_witness_answer answer = cs_witness_judge(request, &peer->key, &last, &now);
  static const struct {
    cs_witness_answer answer;
    const char *words;
  } words[] = {
    {CS_WITNESS_MALFORMED, "the request is malformed"},
    {CS_WITNESS_NOT_SIGNED, "the checkpoint is not signed by the ledger's key"},
    {CS_WITNESS_UNKNOWN, "the ledger is not known here"},
    {CS_WITNESS_INCONSISTENT, "the proof does not show that the checkpoint extends the last one"},
  };
  if (answer == CS_WITNESS_OK &&
      cs_home_cosign(s->home, &peer->key, &last, request->checkpoint, time, &reply->body, &error) != CS_OK)
    say_failed(reply);
  else if (answer == CS_WITNESS_OK)
    remember(s, peer, request->checkpoint);
  if (answer == CS_WITNESS_CONFLICT) {
    reply->code = 409;
    reply->type = "text/x.tlog.size";
    cs_text_add(&reply->body, "%llu\n", (unsigned long long)last.size);
  }
  for (size_t i = 0; i < CS_COUNT_OF(words); i++)
    if (answer == words[i].answer)
      say(reply, (int)answer, words[i].words);
}

static void add_checkpoint(cs_service *s, const cs_query *query, cs_reply *reply)
{
  cs_witness_request *request = malloc(sizeof *request);
  cs_note note;
  cs_checkpoint checkpoint;
  cs_peer peer;
  cs_error error;
  if (request == NULL)
    say_failed(reply);
  else if (s->home->secrets == NULL)
    say(reply, 503, "this home is locked, and cosigns nothing");
  else if (cs_witness_request_parse(query->body, request, &error) != CS_OK ||
           cs_note_parse(request->checkpoint, NULL, &note, &error) != CS_OK ||
           cs_checkpoint_parse(note.text, NULL, &checkpoint, &error) != CS_OK)
    say(reply, 400, error.what);
  else if (!find_origin(s, checkpoint.origin, &peer))
    say(reply, 404, "the ledger is not known here");
  else
    witness(s, request, &peer, reply);
  free(request);
}

/* The last checkpoint cosigned of the ledger whose origin has this SHA-256. */
static void get_cosigned(cs_service *s, const cs_query *query, cs_reply *reply)
{
  cs_peer *peers = NULL;
  size_t count = 0;
  cs_error error;
  int64_t ledger;
  bool found = false;
  if (cs_home_peers(s->home, &peers, &count, &error) != CS_OK) {
    say_failed(reply);
    return;
  }
  for (size_t i = 0; i < count && !found; i++) {
    char hash[CS_HEX_HASH];
    cs_hex_hash(cs_slice_of(peers[i].key.name), hash);
    if (strncmp(query->path + 1, hash, CS_HEX_HASH - 1) != 0)
      continue;
    if (cs_store_ledger(s->home->store, peers[i].key.name, &ledger, &error) != CS_OK ||
        cs_store_get_note(s->home->store, ledger, "cosigned", "", &reply->body, &found, &error) != CS_OK)
      break;
  }
  free(peers);
  if (!found)
    say(reply, 404, "no checkpoint of such a ledger was cosigned here");
}

/* ---- The API ------------------------------------------------------------------------------------------------- */

static void get_ledger(cs_service *s, const cs_query *query, cs_reply *reply)
{
  cs_text key = {0}, cosigner = {0};
  (void)query;
  cs_verifier_format(&s->home->key, &key);
  cs_verifier_format(&s->home->cosigner, &cosigner);
  const char *party =
    s->home->party == (size_t)CS_OBSERVER ? NULL : s->home->treaty->parties.at[s->home->party].rule.id;
  json_t *json =
    json_pack("{s:s, s:s, s:s?, s:s, s:s}", "agreement", s->home->treaty->id, "treaty", s->home->treaty_hash, "party",
              party, "key", key.at == NULL ? "" : key.at, "cosigner", cosigner.at == NULL ? "" : cosigner.at);
  if (s->log != NULL)
    json_object_set_new(json, "size", json_integer((json_int_t)cs_log_checkpoint(s->log).size));
  cs_text_free(&key);
  cs_text_free(&cosigner);
  say_json(reply, json);
}

static cs_status add_entry(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  json_t *statement = json_loadb(entry.at, entry.length, JSON_REJECT_DUPLICATES, NULL);
  (void)hash;
  (void)error;
  json_array_append_new(context, json_pack("{s:I, s:o}", "entry", (json_int_t)index, "statement",
                                           statement == NULL ? json_null() : statement));
  return CS_OK;
}

/* A number from 0, or `otherwise` where none was given; false where it is no number. */
static bool read_argument(const char *text, uint64_t otherwise, uint64_t *out)
{
  int64_t number = 0;
  *out = otherwise;
  if (text == NULL)
    return true;
  if (!cs_number_parse(cs_slice_of(text), &number, NULL))
    return false;
  *out = (uint64_t)number;
  return true;
}

static void get_entries(cs_service *s, const cs_query *query, cs_reply *reply)
{
  uint64_t first, count;
  cs_error error;
  if (!read_argument(query->first, 0, &first) || !read_argument(query->count, MOST_ENTRIES, &count) ||
      count > MOST_ENTRIES) {
    say(reply, 400, "\"first\" and \"count\" are whole numbers, \"count\" at most 256");
    return;
  }
  json_t *list = json_array();
  if (s->log != NULL && cs_log_entries(s->log, first, count, add_entry, list, &error) != CS_OK) {
    json_decref(list);
    say_failed(reply);
    return;
  }
  say_json(reply, list);
}

static void get_treaty(cs_service *s, const cs_query *query, cs_reply *reply)
{
  cs_file file;
  cs_error error;
  (void)query;
  if (cs_home_treaty_file(s->home, &file, &error) != CS_OK) {
    say_failed(reply);
    return;
  }
  cs_text_put(&reply->body, file.bytes, file.length);
  cs_file_free(&file);
}

static cs_status add_evidence(void *context, const char *name, cs_slice bytes, cs_error *error)
{
  (void)name;
  (void)error;
  json_array_append_new(context, json_loadb(bytes.at, bytes.length, 0, NULL));
  return CS_OK;
}

static void get_evidence(cs_service *s, const cs_query *query, cs_reply *reply)
{
  cs_error error;
  json_t *list = json_array();
  (void)query;
  if (cs_store_evidence(s->home->store, add_evidence, list, &error) != CS_OK) {
    json_decref(list);
    say_failed(reply);
    return;
  }
  say_json(reply, list);
}

/* ---- Cosignatures of others ---------------------------------------------------------------------------------- */

/* The key of somebody whom the home knows that a note is cosigned with; false where there is none. */
static bool find_cosigner(cs_service *s, const cs_note *note, cs_verifier *out)
{
  for (size_t i = 0; i < note->count; i++) {
    char name[CS_NAME_LONGEST + 1];
    cs_error error;
    snprintf(name, sizeof name, "%.*s", (int)note->signatures[i].name.length, note->signatures[i].name.at);
    if (cs_home_cosigner(s->home, name, out, &error) == CS_OK && out->name[0] != '\0' &&
        strcmp(name, s->home->cosigner.name) != 0 && cs_note_verify(note, out, NULL) == CS_SIGNED)
      return true;
  }
  return false;
}

/* Whether a checkpoint is one of the own ledger. */
static bool is_own(cs_service *s, const cs_checkpoint *checkpoint)
{
  cs_error error;
  bool begins;
  return strcmp(checkpoint->origin, s->home->key.name) == 0 &&
         cs_log_begins_with(s->log, checkpoint, &begins, &error) == CS_OK && begins;
}

static void add_cosignature(cs_service *s, const cs_query *query, cs_reply *reply)
{
  cs_note note;
  cs_checkpoint checkpoint;
  cs_verifier cosigner;
  cs_error error;
  if (s->log == NULL || cs_note_parse(query->body, "cosignature", &note, &error) != CS_OK ||
      cs_checkpoint_parse(note.text, "cosignature", &checkpoint, &error) != CS_OK)
    say(reply, 400, "this is no cosigned checkpoint");
  else if (!is_own(s, &checkpoint))
    say(reply, 422, "this is no checkpoint of this ledger");
  else if (!find_cosigner(s, &note, &cosigner))
    say(reply, 403, "it is cosigned by nobody who is known here");
  else if (cs_home_keep_cosignature(s->home, &cosigner, query->body, &error) != CS_OK)
    say_failed(reply);
  else
    reply->code = 204;
  s->checkpoint.length = 0; /* it may have one more cosignature now */
}

/* ---- Routes -------------------------------------------------------------------------------------------------- */

static const struct {
  const char *path;
  bool prefix;
  bool post;
  void (*run)(cs_service *s, const cs_query *query, cs_reply *reply);
} routes[] = {
  {"/checkpoint", false, false, get_checkpoint},    {"/tile/", true, false, get_tile},
  {"/add-checkpoint", false, true, add_checkpoint}, {"/api/v1/ledger", false, false, get_ledger},
  {"/api/v1/entries", false, false, get_entries},   {"/api/v1/treaty", false, false, get_treaty},
  {"/api/v1/evidence", false, false, get_evidence}, {"/api/v1/cosignatures", false, true, add_cosignature},
};

/* "/<64 hexadecimal digits>/checkpoint" */
static bool is_cosigned_path(const char *path)
{
  return strlen(path) == 1 + (CS_HEX_HASH - 1) + strlen("/checkpoint") &&
         strspn(path + 1, "0123456789abcdef") == CS_HEX_HASH - 1 && strcmp(path + CS_HEX_HASH, "/checkpoint") == 0;
}

void cs_serve_query(cs_service *s, const cs_query *query, cs_reply *reply)
{
  cs_error error;
  if (refresh(s, &error) != CS_OK) {
    say_failed(reply);
    return;
  }
  for (size_t i = 0; i < CS_COUNT_OF(routes); i++) {
    size_t length = strlen(routes[i].path);
    if (strncmp(query->path, routes[i].path, length) != 0 || (!routes[i].prefix && query->path[length] != '\0'))
      continue;
    if (routes[i].post ? !query->post : !query->get)
      say(reply, 405, routes[i].post ? "expected POST" : "expected GET");
    else
      routes[i].run(s, query, reply);
    return;
  }
  if (query->get && is_cosigned_path(query->path))
    get_cosigned(s, query, reply);
  else
    say(reply, 404, "there is nothing here");
}
