/* The HTTP server: libmicrohttpd in front of a table of routes. */
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/serve.h"

enum { THREADS = 2, CONNECTIONS = 512, IDLE_SECONDS = 15, BODY_BYTES = CS_NOTE_LONGEST + 8192, SLOTS = 4096 };

/* Full tiles never change: their answers are kept and given again. */
typedef struct kept {
  char path[CS_TILE_PATH + 1];
  struct MHD_Response *response;
} kept;

struct cs_server {
  struct MHD_Daemon *daemon;
  cs_service service;
  pthread_mutex_t lock; /* of the service, which is used by one thread at a time */
  pthread_rwlock_t kept_lock;
  kept kept[SLOTS];
};

/* A request's body as it comes in. */
typedef struct request {
  cs_text body;
  bool too_large;
} request;

/* ---- Answers ------------------------------------------------------------------------------------------------- */

static struct MHD_Response *make_response(cs_reply *reply)
{
  struct MHD_Response *response =
    MHD_create_response_from_buffer(reply->body.length, reply->body.at, MHD_RESPMEM_MUST_FREE);
  if (response == NULL)
    return NULL;
  reply->body = (cs_text){0}; /* the response frees it */
  MHD_add_response_header(response, "Content-Type", reply->type);
  MHD_add_response_header(response, "Cache-Control",
                          reply->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  return response;
}

static size_t slot_of(const char *path)
{
  uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a: a bad spread costs a cache miss, nothing else */
  for (; *path != '\0'; path++)
    hash = (hash ^ (unsigned char)*path) * UINT64_C(1099511628211);
  return (size_t)(hash % SLOTS);
}

static enum MHD_Result answer_kept(cs_server *server, struct MHD_Connection *connection, const char *path,
                                   bool *answered)
{
  kept *slot = &server->kept[slot_of(path)];
  enum MHD_Result result = MHD_NO;
  pthread_rwlock_rdlock(&server->kept_lock);
  *answered = slot->response != NULL && strcmp(slot->path, path) == 0;
  if (*answered)
    result = MHD_queue_response(connection, MHD_HTTP_OK, slot->response);
  pthread_rwlock_unlock(&server->kept_lock);
  return result;
}

/* Keeps the answer; `response` has one reference more then. */
static void keep(cs_server *server, const char *path, struct MHD_Response *response)
{
  kept *slot = &server->kept[slot_of(path)];
  if (strlen(path) >= sizeof slot->path)
    return;
  pthread_rwlock_wrlock(&server->kept_lock);
  if (slot->response != NULL)
    MHD_destroy_response(slot->response);
  slot->response = response;
  memcpy(slot->path, path, strlen(path) + 1);
  pthread_rwlock_unlock(&server->kept_lock);
}

static enum MHD_Result answer(cs_server *server, struct MHD_Connection *connection, const char *path, cs_reply *reply)
{
  struct MHD_Response *response = reply->body.failed ? NULL : make_response(reply);
  if (response == NULL) {
    cs_text_free(&reply->body);
    return MHD_NO;
  }
  enum MHD_Result result = MHD_queue_response(connection, (unsigned)reply->code, response);
  if (reply->immutable && reply->code == MHD_HTTP_OK)
    keep(server, path, response); /* takes over the reference */
  else
    MHD_destroy_response(response);
  return result;
}

/* ---- Requests ------------------------------------------------------------------------------------------------ */

static enum MHD_Result serve(cs_server *server, struct MHD_Connection *connection, const char *path, const char *method,
                             cs_slice body)
{
  bool answered = false;
  bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
  if (get) {
    enum MHD_Result result = answer_kept(server, connection, path, &answered);
    if (answered)
      return result;
  }
  cs_reply reply = {.code = 200, .type = "text/plain; charset=utf-8"};
  cs_query query = {
    .path = path,
    .get = get,
    .post = strcmp(method, "POST") == 0,
    .body = body,
    .first = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "first"),
    .count = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "count"),
  };
  pthread_mutex_lock(&server->lock);
  cs_serve_query(&server->service, &query, &reply);
  pthread_mutex_unlock(&server->lock);
  return answer(server, connection, path, &reply);
}

static enum MHD_Result too_large(cs_server *server, struct MHD_Connection *connection, const char *path)
{
  cs_reply reply = {.code = MHD_HTTP_CONTENT_TOO_LARGE, .type = "text/plain; charset=utf-8"};
  cs_text_add(&reply.body, "the request is too large; expected at most %d bytes\n", BODY_BYTES);
  return answer(server, connection, path, &reply);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *upload, size_t *upload_size,
                                  void **state)
{
  cs_server *server = context;
  request *r = *state;
  (void)version;
  if (r == NULL) {
    *state = calloc(1, sizeof(request));
    return *state == NULL ? MHD_NO : MHD_YES;
  }
  if (*upload_size > 0) {
    r->too_large = r->too_large || *upload_size > BODY_BYTES - r->body.length;
    if (!r->too_large)
      cs_text_put(&r->body, upload, *upload_size);
    *upload_size = 0;
    return MHD_YES;
  }
  if (r->too_large || r->body.failed)
    return too_large(server, connection, path);
  return serve(server, connection, path, method, (cs_slice){r->body.at == NULL ? "" : r->body.at, r->body.length});
}

static void on_end(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
  request *r = *state;
  (void)context;
  (void)connection;
  (void)code;
  if (r != NULL)
    cs_text_free(&r->body);
  free(r);
}

/* ---- Starting ------------------------------------------------------------------------------------------------ */

/* Splits "ADDRESS:PORT" and looks it up; numbers and "localhost" only, so that no name server is asked. */
static cs_status look_up(const char *address, struct addrinfo **out, cs_error *error)
{
  char host[128], quoted[CS_QUOTED];
  const char *colon = strrchr(address, ':');
  const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
  size_t length = colon == NULL ? 0 : (size_t)(colon - address);
  bool bracketed = length > 1 && address[0] == '[' && address[length - 1] == ']';
  if (length > 0 && length < sizeof host) {
    snprintf(host, sizeof host, "%.*s", (int)(bracketed ? length - 2 : length), address + bracketed);
    if (getaddrinfo(strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, colon + 1, &hints, out) == 0)
      return CS_OK;
  }
  return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                 "%s is no address to listen on; expected numbers such as 127.0.0.1:8000, or localhost:8000",
                 cs_quote(cs_slice_of(address), quoted));
}

static cs_status start_daemon(cs_server *server, const char *address, cs_error *error)
{
  struct addrinfo *place = NULL;
  cs_status status = look_up(address, &place, error);
  if (status != CS_OK || place == NULL)
    return status;
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | (place->ai_family == AF_INET6 ? MHD_USE_IPv6 : 0U);
  server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR, place->ai_addr,
                                    MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_CONNECTION_LIMIT,
                                    (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
                                    MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_END);
  freeaddrinfo(place);
  if (server->daemon != NULL)
    return CS_OK;
  return cs_fail(error, CS_SYSTEM, NULL, (cs_mark){0}, "cannot listen on %s; is the port taken?", address);
}

cs_status cs_server_start(cs_home *home, const char *address, cs_server **out, cs_error *error)
{
  *out = NULL;
  cs_server *server = calloc(1, sizeof *server);
  if (server == NULL)
    return cs_fail_memory(error);
  pthread_mutex_init(&server->lock, NULL);
  pthread_rwlock_init(&server->kept_lock, NULL);
  cs_status status = cs_service_open(&server->service, home, error);
  if (status == CS_OK)
    status = start_daemon(server, address, error);
  if (status == CS_OK)
    *out = server;
  else
    cs_server_stop(server);
  return status;
}

unsigned cs_server_port(const cs_server *server)
{
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info == NULL ? 0 : info->port;
}

void cs_server_stop(cs_server *server)
{
  if (server == NULL)
    return;
  if (server->daemon != NULL)
    MHD_stop_daemon(server->daemon);
  for (size_t i = 0; i < SLOTS; i++)
    if (server->kept[i].response != NULL)
      MHD_destroy_response(server->kept[i].response);
  cs_service_close(&server->service);
  pthread_rwlock_destroy(&server->kept_lock);
  pthread_mutex_destroy(&server->lock);
  free(server);
}
