/* Private to net/: what a home answers to a query, apart from HTTP itself. */
#ifndef CS_NET_SERVE_H
#define CS_NET_SERVE_H

#include "net/net.h"

/* A home that answers. Used by one thread at a time. */
typedef struct cs_service {
  cs_home *home;
  cs_log *log;        /* the own ledger, as it was when the store last changed; NULL: an observer's home */
  int64_t version;    /* of the store then */
  cs_text checkpoint; /* its note with the cosignatures; empty: to be read again */
} cs_service;

typedef struct cs_query {
  const char *path;
  bool get, post;
  cs_slice body;
  const char *first, *count; /* arguments, or NULL */
} cs_query;

typedef struct cs_reply {
  int code;
  const char *type;
  bool immutable; /* the same for ever */
  cs_text body;   /* released by who gets it */
} cs_reply;

cs_status cs_service_open(cs_service *service, cs_home *home, cs_error *error);
void cs_service_close(cs_service *service);
void cs_serve_query(cs_service *service, const cs_query *query, cs_reply *reply);

#endif
